import { InputError, RunError, type Json } from '../../base/index.ts';
import type { Env, Info, StepResult } from '../env.ts';
import { ARRAYS, Box } from '../spaces/index.ts';
import type { Dtype, DtypeArrays, Space } from '../spaces/index.ts';
import { unfilled } from './arrays.ts';

/**
 * What happens after an episode of one of the environments has ended:
 * - `next-step`: its next step ignores the action, resets, and gives reward 0. That step is no transition: do
 *   not store it.
 * - `same-step`: it resets within the step that ended. The observation is the new episode's first; the last one
 *   of the old is `info.final_obs`, with `info.final_info`.
 * - `disabled`: nothing; reset it with `mask`.
 */
export type AutoresetMode = 'next-step' | 'same-step' | 'disabled';

export interface VectorResetOptions {
  /** Environment i takes the seed `seed + i`, or the i-th of a list. */
  seed?: number | readonly number[];
  /** Resets only the environments marked here; the others keep their last observation. */
  mask?: readonly boolean[];
}

/** Results of a step of all environments: entry i belongs to environment i. */
export interface VectorStepResult<O> {
  /** `[numEnvs, ...shape]`, row-major. */
  observations: O;
  rewards: Float64Array;
  terminated: boolean[];
  truncated: boolean[];
  infos: Info[];
}

/** What leads an environment back into its running episode. */
export interface SavedEpisode<A> {
  /** Seed of the episode's reset. */
  seed: number;
  /** The environment's own state, where it can give it ... */
  state: Json;
  /** ... and else the actions since the reset. */
  actions: readonly A[];
}

/** Several environments, stepped one after the other, with Gymnasium's autoreset modes. */
export class SyncVectorEnv<O extends DtypeArrays[Dtype], A> {
  readonly envs: readonly Env<O, A>[];
  readonly numEnvs: number;
  readonly singleObservationSpace: Box<Dtype>;
  readonly singleActionSpace: Space<A>;
  readonly autoresetMode: AutoresetMode;
  readonly #last: O[];
  readonly #ended: boolean[];

  /** @throws InputError without environments, or where their observations are no arrays or differ in shape. */
  constructor(envs: readonly Env<O, A>[], { autoreset = 'next-step' as AutoresetMode } = {}) {
    if (envs.length === 0) throw new InputError('A vector environment needs at least one environment.');
    const space = envs[0].observationSpace as unknown;
    if (!(space instanceof Box)) {
      throw new InputError(`A vector environment needs observations from a Box, not ${String(space)}.`);
    }
    for (const env of envs) {
      for (const kind of ['observationSpace', 'actionSpace'] as const) {
        const [got, want] = [String(env[kind]), String(envs[0][kind])];
        if (got !== want) throw new InputError(`Environments of one vector differ: ${got} and ${want}.`);
      }
    }
    this.envs = envs;
    this.numEnvs = envs.length;
    this.singleObservationSpace = space as Box<Dtype>;
    this.singleActionSpace = envs[0].actionSpace;
    this.autoresetMode = autoreset;
    this.#last = envs.map(() => this.#blank());
    this.#ended = envs.map(() => false);
  }

  /** @throws InputError where seeds or mask are not as many as environments. */
  reset({ seed, mask }: VectorResetOptions = {}): { observations: O; infos: Info[] } {
    if (typeof seed === 'object') this.#checkLength('seeds', seed);
    if (mask) this.#checkLength('mask entries', mask);
    const infos = this.envs.map((_, i) => {
      if (mask && !mask[i]) return {};
      return this.#resetOne(i, typeof seed === 'number' ? seed + i : seed?.[i]);
    });
    return { observations: this.#joined(), infos };
  }

  /** @throws InputError unless there is one action for each environment. */
  step(actions: readonly A[]): VectorStepResult<O> {
    this.#checkLength('actions', actions);
    const rewards = new Float64Array(this.numEnvs);
    const terminated = new Array<boolean>(this.numEnvs);
    const truncated = new Array<boolean>(this.numEnvs);
    const infos = actions.map((action, i) => {
      const result = this.stepOne(i, action);
      rewards[i] = result.reward;
      terminated[i] = result.terminated;
      truncated[i] = result.truncated;
      return result.info;
    });
    return { observations: this.#joined(), rewards, terminated, truncated, infos };
  }

  /** The part of `step` that is environment `i`'s. */
  stepOne(i: number, action: A): StepResult<O> {
    if (this.#ended[i] && this.autoresetMode === 'next-step') {
      const info = this.#resetOne(i);
      return { observation: this.#last[i], reward: 0, terminated: false, truncated: false, info };
    }
    const result = this.envs[i].step(action);
    this.#last[i] = result.observation;
    this.#ended[i] = result.terminated || result.truncated;
    if (!this.#ended[i] || this.autoresetMode !== 'same-step') return result;
    // Environments may use their array again.
    const final_obs = result.observation.slice();
    const info = { ...this.#resetOne(i), final_obs, final_info: result.info };
    return { ...result, observation: this.#last[i], info };
  }

  /** The exact state of each environment; null for one that cannot save itself. */
  states(): Json[] {
    return this.envs.map((env) => env.state?.() ?? null);
  }

  /**
   * Goes back to saved episodes, one of each environment, so that the next steps are what they would have been.
   * @returns the observations there; those of environments that restored their own state are zeros
   */
  restore(saved: readonly SavedEpisode<A>[]): { observations: O; infos: Info[] } {
    this.#checkLength('saved episodes', saved);
    const infos = saved.map(({ seed, state, actions }, i) => {
      const env = this.envs[i];
      // Wrappers that keep the order of calls want a reset before anything else.
      const info = this.#resetOne(i, seed);
      if (state !== null) {
        if (!env.restore) throw new RunError('An environment gives its state but cannot go back to it.');
        env.restore(state);
        this.#last[i] = this.#blank();
      } else for (const action of actions) this.#last[i] = env.step(action).observation;
      return info;
    });
    return { observations: this.#joined(), infos };
  }

  close(): void {
    for (const env of this.envs) env.close();
  }

  #resetOne(i: number, seed?: number): Info {
    const { observation, info } = this.envs[i].reset({ seed });
    this.#last[i] = observation;
    this.#ended[i] = false;
    return info;
  }

  #blank(): O {
    const { dtype, size } = this.singleObservationSpace;
    return new ARRAYS[dtype](size) as O;
  }

  #joined(): O {
    const { size, dtype } = this.singleObservationSpace;
    const all = unfilled(dtype, size * this.numEnvs) as O;
    this.#last.forEach((observation, i) => all.set(observation, i * size));
    return all;
  }

  #checkLength(what: string, list: readonly unknown[]): void {
    if (list.length !== this.numEnvs) {
      throw new InputError(`A vector of ${this.numEnvs} environments got ${list.length} ${what}.`);
    }
  }
}
