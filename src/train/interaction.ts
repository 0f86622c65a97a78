import { Random, RunError, type Json } from '../base/index.ts';
import type { ActionCodec } from './actions.ts';
import type { PixelEnv } from './types.ts';

/** Where an interaction stands; plain JSON. */
export interface InteractionState {
  episode: number;
  length: number;
  return: number;
  running: boolean;
  /** The environment's own state, where it can give it ... */
  env: Json;
  /** ... and else the actions since the reset, which lead to the same place. */
  actions: number[][] | null;
}

export interface Step {
  reward: number;
  observation: Uint8Array;
  terminated: boolean;
  truncated: boolean;
}

/**
 * The training environment with its running episode. Each episode is reset with a seed of its own, derived from the
 * run's seed and the episode's number, so that a state is known by its episode and the actions since.
 */
export class Interaction {
  readonly env: PixelEnv;
  /** What the agent sees now; null between episodes. */
  observation: Uint8Array | null = null;
  episode = 0;
  length = 0;
  return = 0;
  #actions: number[][] = [];
  readonly #codec: ActionCodec;
  readonly #seed: number;

  constructor(env: PixelEnv, codec: ActionCodec, seed: number) {
    this.env = env;
    this.#codec = codec;
    this.#seed = seed;
  }

  /** Begins the next episode. */
  begin(): Uint8Array {
    this.episode++;
    this.length = 0;
    this.return = 0;
    this.#actions = [];
    return (this.observation = this.#reset());
  }

  /** One agent step. @throws RunError where the environment gives a reward that is no number */
  step(action: Float32Array): Step {
    const { observation, reward, terminated, truncated } = this.env.step(this.#codec.toEnv(action));
    if (!Number.isFinite(reward)) throw new RunError(`The environment gave the reward ${reward}.`);
    this.length++;
    this.return += reward;
    if (!this.env.state) this.#actions.push([...action]);
    this.observation = terminated || truncated ? null : observation;
    return { observation, reward, terminated, truncated };
  }

  state(): InteractionState {
    const running = this.observation !== null;
    const { episode, length } = this;
    const env = running ? (this.env.state?.() ?? null) : null;
    return {
      episode,
      length,
      return: this.return,
      running,
      env,
      actions: running && env === null ? this.#actions : null,
    };
  }

  /**
   * Goes back to a saved state.
   * @param observation what the agent saw there
   * @throws RunError where replaying the actions leads elsewhere: the environment does not follow its seed
   */
  restore(state: InteractionState, observation: Uint8Array | null): void {
    this.episode = state.episode;
    this.length = state.length;
    this.return = state.return;
    this.observation = observation;
    this.#actions = state.actions ?? [];
    if (!state.running) return;
    if (state.env !== null && this.env.restore) {
      // Wrappers that keep the order of calls want a reset before anything else.
      this.#reset();
      this.env.restore(state.env);
      return;
    }
    let reached = this.#reset();
    for (const action of this.#actions)
      reached = this.env.step(this.#codec.toEnv(Float32Array.from(action))).observation;
    if (observation === null || Buffer.compare(reached, observation) !== 0) {
      throw new RunError(
        'The environment does not repeat itself from its seed, so this run cannot be resumed exactly.',
      );
    }
  }

  #reset(): Uint8Array {
    const seed = Random.stream(this.#seed, 'episode', this.episode).seed();
    return this.env.reset({ seed }).observation;
  }
}
