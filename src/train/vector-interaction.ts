import { Random, RunError, type Json } from '../base/index.ts';
import type { SavedEpisode, VectorResetOptions, VectorStepResult } from '../envs/index.ts';
import type { ActionCodec } from './actions.ts';

type Action = Float32Array | number;
type MaybePromise<T> = T | Promise<T>;

/** Environments side by side, on one thread or several, which never reset by themselves. */
export interface VectorEnv {
  readonly numEnvs: number;
  reset(options: VectorResetOptions): MaybePromise<{ observations: Uint8Array }>;
  step(actions: readonly Action[]): MaybePromise<Omit<VectorStepResult<Uint8Array>, 'infos'>>;
  states(): MaybePromise<Json[]>;
  restore(saved: readonly SavedEpisode<Action>[]): MaybePromise<{ observations: Uint8Array }>;
  close(): MaybePromise<void>;
}

/** The running episode of one environment. */
interface Episode {
  number: number;
  length: number;
  return: number;
  /** Actions since the reset, kept where the environment cannot save itself. */
  actions: number[][];
}

export interface VectorStep {
  rewards: Float64Array;
  terminated: boolean[];
  truncated: boolean[];
  /** Last observations of the episodes that ended, before their environments began new ones. */
  finalObservations: (Uint8Array | null)[];
  /** The episodes that ended. */
  episodes: { return: number; length: number }[];
}

/**
 * Vector environments with their running episodes. Resets are explicit (autoreset `disabled`): the step that ends an
 * episode gives its last observation, the environment is reset at once with a seed of its own, and there is never a
 * step that carries no transition. Each episode's seed follows from the run's, the environment and the episode's
 * number, so that a state is known by these and the actions since.
 */
export class VectorInteraction {
  readonly envs: VectorEnv;
  /** What the agents see now, `[numEnvs, bytes]`. */
  observations: Uint8Array = new Uint8Array(0);
  readonly #codec: ActionCodec;
  readonly #seed: number;
  readonly #episodes: Episode[];
  #keepsActions = false;

  constructor(envs: VectorEnv, codec: ActionCodec, seed: number) {
    this.envs = envs;
    this.#codec = codec;
    this.#seed = seed;
    this.#episodes = Array.from({ length: envs.numEnvs }, () => newEpisode(0));
  }

  /** Begins the first episode of every environment. */
  async begin(): Promise<void> {
    this.#episodes.forEach((_, env) => (this.#episodes[env] = newEpisode(1)));
    this.observations = (await this.envs.reset({ seed: this.#seeds() })).observations;
    this.#keepsActions = (await this.envs.states()).some((state) => state === null);
  }

  /**
   * One agent step of each environment.
   * @param actions `[numEnvs, size]`
   * @throws RunError where an environment gives a reward that is no number
   */
  async step(actions: Float32Array): Promise<VectorStep> {
    const { numEnvs } = this.envs;
    const own = Array.from({ length: numEnvs }, (_, i) => {
      return actions.slice(i * this.#codec.size, (i + 1) * this.#codec.size);
    });
    const { observations, rewards, terminated, truncated } = await this.envs.step(
      own.map((action) => this.#codec.toEnv(action)),
    );
    const wrong = rewards.find((reward) => !Number.isFinite(reward));
    if (wrong !== undefined) throw new RunError(`The environment gave the reward ${wrong}.`);
    const ended = terminated.map((end, i) => end || truncated[i]);
    const bytes = observations.length / numEnvs;
    const finalObservations = ended.map((end, i) =>
      end ? observations.slice(i * bytes, (i + 1) * bytes) : null,
    );
    const episodes: VectorStep['episodes'] = [];
    this.#episodes.forEach((episode, i) => {
      episode.length++;
      episode.return += rewards[i];
      if (this.#keepsActions) episode.actions.push([...own[i]]);
      if (!ended[i]) return;
      episodes.push({ return: episode.return, length: episode.length });
      this.#episodes[i] = newEpisode(episode.number + 1);
    });
    this.observations = ended.includes(true)
      ? (await this.envs.reset({ seed: this.#seeds(), mask: ended })).observations
      : observations;
    return { rewards, terminated, truncated, finalObservations, episodes };
  }

  #seeds(): number[] {
    return this.#episodes.map(({ number }, env) => Random.stream(this.#seed, 'episode', env, number).seed());
  }

  async state(): Promise<Json> {
    const states = await this.envs.states();
    return this.#episodes.map((episode, i) => ({ ...episode, state: states[i] }));
  }

  /**
   * Goes back to a saved state.
   * @param observations what was seen there
   * @throws RunError where replaying the actions leads elsewhere: the environment does not follow its seed
   */
  async restore(state: Json, observations: Uint8Array): Promise<void> {
    const saved = state as unknown as (Episode & { state: Json })[];
    saved.forEach(({ number, length, return: total, actions }, i) => {
      this.#episodes[i] = { number, length, return: total, actions };
    });
    this.#keepsActions = saved.some((entry) => entry.state === null);
    const seeds = this.#seeds();
    const reached = await this.envs.restore(
      saved.map((entry, i) => ({
        seed: seeds[i],
        state: entry.state,
        actions: entry.actions.map((action) => this.#codec.toEnv(Float32Array.from(action))),
      })),
    );
    const bytes = observations.length / saved.length;
    saved.forEach((entry, i) => {
      if (entry.state !== null) return;
      const [from, to] = [i * bytes, (i + 1) * bytes];
      if (Buffer.compare(reached.observations.subarray(from, to), observations.subarray(from, to)) === 0)
        return;
      throw new RunError(
        'The environment does not repeat itself from its seed, so this run cannot be resumed exactly.',
      );
    });
    this.observations = observations;
  }
}

function newEpisode(number: number): Episode {
  return { number, length: 0, return: 0, actions: [] };
}
