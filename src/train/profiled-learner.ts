import { join } from 'node:path';
import { writeFileAtomic, type Snapshot } from '../base/index.ts';
import { Profile } from '../engine/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Learner, Metrics } from './types.ts';

/** Updates before measuring: the first ones create kernels and fill caches. */
const WARM_UP = 2;

/** File in the run folder that holds the table. */
export const PROFILE_FILE = 'profile.json';

/** A learner whose updates are timed, operation by operation. It computes what the learner computes. */
export class ProfiledLearner<Batch> implements Learner<Batch> {
  readonly #learner: Learner<Batch>;
  #profile: Profile | null = null;
  #updates = 0;

  constructor(learner: Learner<Batch>) {
    this.#learner = learner;
  }

  async update(batch: Batch, options: { log: boolean }): Promise<Metrics | null> {
    if (this.#updates++ < WARM_UP) return this.#learner.update(batch, options);
    this.#profile ??= new Profile();
    return this.#profile.measure(() => this.#learner.update(batch, options));
  }

  /** Writes the table of this process's updates into the run folder; nothing where there were too few. */
  save(folder: string): void {
    if (!this.#profile) return;
    writeFileAtomic(join(folder, PROFILE_FILE), `${JSON.stringify(this.#profile.table(), null, 2)}\n`);
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array | Promise<Float32Array> {
    return this.#learner.act(observation, options);
  }

  sample(replay: ReplayBuffer): Batch {
    return this.#learner.sample(replay);
  }

  tensors(): number {
    return this.#learner.tensors?.() ?? 0;
  }

  state(): ReturnType<Learner['state']> {
    return this.#learner.state();
  }

  restore(snapshot: Snapshot): void {
    this.#learner.restore(snapshot);
  }

  dispose(): void {
    this.#profile?.stop();
    this.#learner.dispose();
  }
}
