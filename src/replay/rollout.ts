import type { Snapshot, TensorData } from '../base/index.ts';
import type { ReplayBuffer } from './buffer.ts';

/** One step of all environments at once; entry i belongs to environment i. */
export interface RolloutStep {
  /** What the actions were chosen in, `[envs, bytes]`. */
  observations: Uint8Array;
  /** `[envs, actionSize]` */
  actions: Float32Array;
  /** `[envs]` each. */
  logProbs: Float32Array;
  values: Float32Array;
  rewards: Float32Array;
  terminated: readonly boolean[];
  truncated: readonly boolean[];
  /** V of an episode's last observation where it was truncated, else 0. */
  finalValues: Float32Array;
  /** The last observation of an episode that ended here, else null. */
  finalObservations: readonly (Uint8Array | null)[];
}

export interface RolloutLayout {
  steps: number;
  envs: number;
  /** Bytes of one observation. */
  bytes: number;
  actionSize: number;
}

/**
 * What all environments went through since the last update, time first: entry `t * envs + i` is step t of environment
 * i. It is filled to the end, learned from, and filled anew.
 */
export class Rollout {
  readonly layout: Readonly<RolloutLayout>;
  readonly observations: Uint8Array;
  readonly actions: Float32Array;
  readonly logProbs: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  readonly finalValues: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** Last observations of the episodes that ended, by entry. */
  readonly finalObservations = new Map<number, Uint8Array>();
  /** Steps of each environment so far. */
  length = 0;

  constructor(layout: RolloutLayout) {
    const { steps, envs, bytes, actionSize } = layout;
    const n = steps * envs;
    this.layout = { ...layout };
    this.observations = new Uint8Array(n * bytes);
    this.actions = new Float32Array(n * actionSize);
    this.logProbs = new Float32Array(n);
    this.values = new Float32Array(n);
    this.rewards = new Float32Array(n);
    this.finalValues = new Float32Array(n);
    this.terminated = new Uint8Array(n);
    this.truncated = new Uint8Array(n);
  }

  /** Entries when it is full. */
  get size(): number {
    return this.layout.steps * this.layout.envs;
  }

  get full(): boolean {
    return this.length === this.layout.steps;
  }

  add(step: RolloutStep): void {
    if (this.full) throw new RangeError('The rollout is full: clear it first.');
    const { envs, bytes, actionSize } = this.layout;
    const at = this.length++ * envs;
    this.observations.set(step.observations, at * bytes);
    this.actions.set(step.actions, at * actionSize);
    this.logProbs.set(step.logProbs, at);
    this.values.set(step.values, at);
    this.rewards.set(step.rewards, at);
    this.finalValues.set(step.finalValues, at);
    this.terminated.set(step.terminated.map(Number), at);
    this.truncated.set(step.truncated.map(Number), at);
    step.finalObservations.forEach((observation, i) => {
      if (observation) this.finalObservations.set(at + i, observation);
    });
  }

  clear(): void {
    this.length = 0;
    this.finalObservations.clear();
  }

  /** Observations of some entries, `[n, bytes]`. */
  gather(entries: Int32Array): Uint8Array {
    const { bytes } = this.layout;
    const out = new Uint8Array(entries.length * bytes);
    entries.forEach((entry, k) => {
      out.set(this.observations.subarray(entry * bytes, (entry + 1) * bytes), k * bytes);
    });
    return out;
  }

  /** Actions of some entries, `[n, actionSize]`. */
  gatherActions(entries: Int32Array): Float32Array {
    const { actionSize } = this.layout;
    const out = new Float32Array(entries.length * actionSize);
    entries.forEach((entry, k) => {
      out.set(this.actions.subarray(entry * actionSize, (entry + 1) * actionSize), k * actionSize);
    });
    return out;
  }

  #columns() {
    const { observations, actions, logProbs, values, rewards, finalValues, terminated, truncated } = this;
    return { observations, actions, logProbs, values, rewards, finalValues, terminated, truncated };
  }

  /** The steps so far, for a checkpoint in the middle of a rollout. */
  state(): Snapshot {
    const tensors: Record<string, TensorData> = {};
    for (const [name, column] of Object.entries(this.#columns())) {
      const data = column.slice(0, (column.length / this.layout.steps) * this.length);
      if (data.length > 0) tensors[name] = { shape: [data.length], data };
    }
    for (const [entry, data] of this.finalObservations)
      tensors[`final/${entry}`] = { shape: [data.length], data };
    return { tensors, values: { length: this.length } };
  }

  restore({ tensors, values }: Snapshot): void {
    this.length = values.length as number;
    for (const [name, column] of Object.entries(this.#columns())) {
      if (tensors[name]) column.set(tensors[name].data);
    }
    this.finalObservations.clear();
    for (const [name, { data }] of Object.entries(tensors)) {
      if (name.startsWith('final/')) this.finalObservations.set(Number(name.slice(6)), data as Uint8Array);
    }
  }

  /** Copies a full rollout into a replay buffer, environment after environment, each a stretch of its own. */
  pourInto(replay: ReplayBuffer, following: Uint8Array): void {
    const { steps, envs, bytes } = this.layout;
    const observation = (entry: number) => this.observations.subarray(entry * bytes, (entry + 1) * bytes);
    for (let env = 0; env < envs; env++) {
      replay.resume(observation(env));
      for (let t = 0; t < steps; t++) {
        const entry = t * envs + env;
        const ended = this.terminated[entry] === 1 || this.truncated[entry] === 1;
        const cut = t === steps - 1;
        const next = cut ? following.subarray(env * bytes, (env + 1) * bytes) : observation(entry + envs);
        replay.add({
          action: this.gatherActions(Int32Array.of(entry)),
          reward: this.rewards[entry],
          observation: this.finalObservations.get(entry) ?? next,
          terminated: this.terminated[entry] === 1,
          // What follows in the buffer is another stretch.
          truncated: this.truncated[entry] === 1 || cut,
        });
        // A new episode begins with a stack of its first frame alone.
        if (ended && !cut) replay.start(next);
      }
    }
  }
}
