import { join } from 'node:path';
import { writeFileAtomic, type Snapshot } from '../base/index.ts';
import { Profile } from '../engine/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Learner, Metrics } from './types.ts';

/** Updates before measuring: the first ones create kernels and fill caches. */
const WARM_UP = 2;

/** File in the run folder that holds the table. */
export const PROFILE_FILE = 'profile.json';

/** Times updates, operation by operation, once the first ones are through. */
export class UpdateProfile {
  #profile: Profile | null = null;
  #updates = 0;

  async measure<T>(update: () => T | Promise<T>): Promise<T> {
    if (this.#updates++ < WARM_UP) return update();
    this.#profile ??= new Profile();
    return this.#profile.measure(update);
  }

  /** Writes the table of this process's updates into the run folder; nothing where there were too few. */
  save(folder: string): void {
    if (!this.#profile) return;
    writeFileAtomic(join(folder, PROFILE_FILE), `${JSON.stringify(this.#profile.table(), null, 2)}\n`);
  }

  stop(): void {
    this.#profile?.stop();
  }
}

/** A learner whose updates are timed, operation by operation. It computes what the learner computes. */
export class ProfiledLearner<Batch> implements Learner<Batch> {
  readonly #learner: Learner<Batch>;
  readonly #profile = new UpdateProfile();

  constructor(learner: Learner<Batch>) {
    this.#learner = learner;
  }

  update(batch: Batch, options: { log: boolean }): Promise<Metrics | null> {
    return this.#profile.measure(() => this.#learner.update(batch, options));
  }

  /** Writes the table of this process's updates into the run folder. */
  save(folder: string): void {
    this.#profile.save(folder);
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array | Promise<Float32Array> {
    return this.#learner.act(observation, options);
  }

  get judge(): Learner['judge'] {
    return this.#learner.judge?.bind(this.#learner);
  }

  sample(replay: ReplayBuffer): Batch {
    return this.#learner.sample(replay);
  }

  scaleLearningRates(factor: number): void {
    this.#learner.scaleLearningRates?.(factor);
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
    this.#profile.stop();
    this.#learner.dispose();
  }
}
