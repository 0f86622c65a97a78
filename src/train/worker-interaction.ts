import { Random, RunError, type Json } from '../base/index.ts';
import type { ActionCodec } from './actions.ts';
import type { InteractionState, Step } from './interaction.ts';
import type { WorkerEnv } from './worker-env.ts';

/**
 * What `Interaction` is, with the environment on a worker thread: a step that was asked for goes on there while this
 * thread updates. Seeds, episodes and states are the same, and so is every number of a run.
 */
export class WorkerInteraction {
  /** What the agent sees now; null between episodes. */
  observation: Uint8Array | null = null;
  episode = 0;
  length = 0;
  return = 0;
  readonly #envs: WorkerEnv;
  readonly #codec: ActionCodec;
  readonly #seed: number;
  #actions: number[][] = [];
  #restoring: Promise<void> | null = null;

  /** @param envs one environment that never resets by itself */
  constructor(envs: WorkerEnv, codec: ActionCodec, seed: number) {
    this.#envs = envs;
    this.#codec = codec;
    this.#seed = seed;
  }

  async begin(): Promise<Uint8Array> {
    await this.#restoring;
    this.episode++;
    this.length = 0;
    this.return = 0;
    this.#actions = [];
    const { observations } = await this.#envs.reset({ seed: this.#episodeSeed() });
    return (this.observation = bytesOf(observations));
  }

  async step(action: Float32Array): Promise<Step> {
    await this.#restoring;
    const { observations, rewards, terminated, truncated } = await this.#envs.step([
      this.#codec.toEnv(action),
    ]);
    const step = {
      observation: bytesOf(observations),
      reward: rewards[0],
      terminated: terminated[0],
      truncated: truncated[0],
    };
    if (!Number.isFinite(step.reward)) throw new RunError(`The environment gave the reward ${step.reward}.`);
    this.length++;
    this.return += step.reward;
    this.#actions.push([...action]);
    this.observation = step.terminated || step.truncated ? null : step.observation;
    return step;
  }

  async state(): Promise<InteractionState> {
    await this.#restoring;
    const running = this.observation !== null;
    const { episode, length } = this;
    const env: Json = running ? (await this.#envs.states())[0] : null;
    const actions = running && env === null ? this.#actions : null;
    return { episode, length, return: this.return, running, env, actions };
  }

  /** Goes back to a saved state; where that fails, the next call throws the RunError. */
  restore(state: InteractionState, observation: Uint8Array | null): void {
    this.episode = state.episode;
    this.length = state.length;
    this.return = state.return;
    this.observation = observation;
    this.#actions = state.actions ?? [];
    if (!state.running) return;
    this.#restoring = this.#replay(state, observation);
    // Thrown where it is awaited.
    this.#restoring.catch(() => undefined);
  }

  async #replay({ env, actions }: InteractionState, observation: Uint8Array | null): Promise<void> {
    const toEnv = (action: number[]) => this.#codec.toEnv(Float32Array.from(action));
    const { observations } = await this.#envs.restore([
      { seed: this.#episodeSeed(), state: env, actions: (actions ?? []).map(toEnv) },
    ]);
    // An environment that took its own state back shows nothing before its next step.
    if (env !== null) return;
    if (observation === null || Buffer.compare(bytesOf(observations), observation) !== 0) {
      throw new RunError(
        'The environment does not repeat itself from its seed, so this run cannot be resumed exactly.',
      );
    }
  }

  async close(): Promise<void> {
    await this.#envs.close();
  }

  #episodeSeed(): number {
    return Random.stream(this.#seed, 'episode', this.episode).seed();
  }
}

/** The bytes of pictures, or of float32 states (see `StateBytes`). */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
