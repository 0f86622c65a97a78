import { Random } from '../base/index.ts';
import type { ActionCodec } from './actions.ts';
import { Pulse } from './pulse.ts';
import type { PixelEnv, Policy } from './types.ts';

/** One observation on the way, with the step that led to it; null after a reset. */
export interface Moment {
  /** Number of the episode, from 0. */
  episode: number;
  /** Stacked bytes, as the environment gave them. */
  observation: Uint8Array;
  /** True state, where the environment tells it. */
  state: Float64Array | null;
  step: { action: Float32Array; reward: number; terminated: boolean; truncated: boolean } | null;
}

export interface CollectOptions {
  /** Agent steps to make. */
  steps: number;
  /** Episodes are cut after this many agent steps, so that few steps see many starts. */
  episodeSteps: number;
  /** Chance that a random action is the one before again: held actions lead farther than trembling ones. */
  hold: number;
  seed: number;
  /** Acts; uniform random actions without it. */
  policy?: Policy | null;
  signal?: AbortSignal;
  /** Called every two seconds or so, such as to renew a heartbeat. */
  onBeat?(): void;
}

/** Uniform random actions, each held for 1 / (1 - hold) steps on average. */
function heldActions(codec: ActionCodec, hold: number, random: Random): Policy {
  let action: Float32Array | null = null;
  return () => {
    if (action === null || random.uniform() >= hold) action = codec.random(random);
    return action;
  };
}

/**
 * Acts in an environment and hands out what is seen. Every episode is reset with a seed of its own, so the same
 * options give the same moments. The last episode is cut where the steps end.
 */
export async function* collect(
  env: PixelEnv,
  codec: ActionCodec,
  { steps, episodeSteps, hold, seed, policy, signal, onBeat }: CollectOptions,
): AsyncGenerator<Moment> {
  const act = policy ?? heldActions(codec, hold, Random.stream(seed, 'collect', 'actions'));
  const pulse = new Pulse(() => onBeat?.());
  for (let done = 0, episode = 0; done < steps; episode++) {
    const start = env.reset({ seed: Random.stream(seed, 'collect', episode).seed() });
    let { observation } = start;
    yield { episode, observation, state: start.info.state ?? null, step: null };
    for (let length = 1, ended = false; !ended; length++) {
      await pulse.turn();
      if (signal?.aborted) return;
      const action = await act(observation);
      const { reward, terminated, info, ...next } = env.step(codec.toEnv(action));
      observation = next.observation;
      done++;
      ended = terminated || next.truncated || length === episodeSteps || done === steps;
      const step = { action, reward, terminated, truncated: ended && !terminated };
      yield { episode, observation, state: info.state ?? null, step };
    }
  }
}
