import type { ActionCodec } from './actions.ts';
import type { PixelEnv, Policy } from './types.ts';

/** One finished episode. */
export interface EpisodeResult {
  return: number;
  /** Agent steps. */
  length: number;
}

export interface EvaluateOptions {
  episodes: number;
  /** Seed of the reset of episode 0, 1, ... */
  seed(episode: number): number;
  /** Called before the first step of an episode and after each step, such as to take pictures. */
  onStep?(episode: number, observation: Uint8Array, reward: number): void | Promise<void>;
  /** Called once a step; true gives the evaluation up. */
  interrupted?(): boolean | Promise<boolean>;
}

/**
 * Plays whole episodes one after the other.
 * @returns one result an episode, or null when it was given up
 */
export async function evaluate(
  env: PixelEnv,
  codec: ActionCodec,
  policy: Policy,
  options: EvaluateOptions,
): Promise<EpisodeResult[] | null> {
  const results: EpisodeResult[] = [];
  for (let episode = 0; episode < options.episodes; episode++) {
    let { observation } = env.reset({ seed: options.seed(episode) });
    const result = { return: 0, length: 0 };
    await options.onStep?.(episode, observation, 0);
    for (let ended = false; !ended;) {
      if (await options.interrupted?.()) return null;
      const step = env.step(codec.toEnv(await policy(observation)));
      observation = step.observation;
      result.return += step.reward;
      result.length++;
      await options.onStep?.(episode, observation, step.reward);
      ended = step.terminated || step.truncated;
    }
    results.push(result);
  }
  return results;
}

/** Mean and standard deviation (of the population, as NumPy's `std`) of the returns. */
export function summarise(results: readonly EpisodeResult[]): { mean: number; std: number } {
  const mean = results.reduce((sum, episode) => sum + episode.return, 0) / results.length;
  const squares = results.reduce((sum, episode) => sum + (episode.return - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / results.length) };
}
