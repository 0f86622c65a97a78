import type { Json } from '../base/index.ts';

/** Running mean and population variance of vectors, by the parallel rule of Chan et al. */
export class RunningMoments {
  count = 0;
  readonly mean: Float64Array;
  readonly variance: Float64Array;

  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
  }

  /** Takes in a batch `[n, size]`, row-major. */
  add(batch: ArrayLike<number>): void {
    const size = this.mean.length;
    const n = batch.length / size;
    if (n === 0) return;
    const total = this.count + n;
    for (let j = 0; j < size; j++) {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += batch[i * size + j] / n;
      let squares = 0;
      for (let i = 0; i < n; i++) squares += (batch[i * size + j] - mean) ** 2;
      const gap = mean - this.mean[j];
      // Before the first batch there is no variance to keep.
      const before = this.count === 0 ? 0 : this.variance[j] * this.count;
      this.variance[j] = (before + squares + (gap * gap * this.count * n) / total) / total;
      this.mean[j] += (gap * n) / total;
    }
    this.count = total;
  }

  state(): Json {
    return { count: this.count, mean: [...this.mean], variance: [...this.variance] };
  }

  restore(state: Json): void {
    const saved = state as unknown as { count: number; mean: number[]; variance: number[] };
    this.count = saved.count;
    this.mean.set(saved.mean);
    this.variance.set(saved.variance);
  }
}

const EPSILON = 1e-8;
const LIMIT = 10;
const held = (x: number) => Math.max(-LIMIT, Math.min(LIMIT, x));

/** Vectors at mean 0 and variance 1, held within ±10. Statistics change between rollouts only, by `add`. */
export class ObservationNormaliser {
  readonly moments: RunningMoments;

  constructor(size: number) {
    this.moments = new RunningMoments(size);
  }

  add(batch: Float32Array): void {
    this.moments.add(batch);
  }

  /** `[n, size]` in place. */
  apply(batch: Float32Array): void {
    const { mean, variance } = this.moments;
    const scale = variance.map((x) => 1 / Math.sqrt(x + EPSILON));
    for (let i = 0; i < batch.length; i++) {
      const j = i % mean.length;
      batch[i] = held((batch[i] - mean[j]) * scale[j]);
    }
  }
}

/**
 * Rewards divided by the running standard deviation of the discounted return, held within ±10
 * (`G <- gamma G + r`; Engstrom et al. 2020, arXiv 2005.12729), for environments side by side.
 */
export class RewardNormaliser {
  readonly #moments = new RunningMoments(1);
  readonly #discount: number;
  #returns: Float64Array;

  constructor(envs: number, discount: number) {
    this.#returns = new Float64Array(envs);
    this.#discount = discount;
  }

  /**
   * @param rewards one of each environment
   * @param ended where the step ended an episode
   */
  apply(rewards: ArrayLike<number>, ended: readonly boolean[]): Float32Array {
    this.#returns = this.#returns.map((sum, i) => this.#discount * sum + rewards[i]);
    this.#moments.add(this.#returns);
    ended.forEach((end, i) => {
      if (end) this.#returns[i] = 0;
    });
    const scale = Math.sqrt(this.#moments.variance[0] + EPSILON);
    return Float32Array.from(rewards, (reward) => held(reward / scale));
  }

  state(): Json {
    return { moments: this.#moments.state(), returns: [...this.#returns] };
  }

  restore(state: Json): void {
    const { moments, returns } = state as { moments: Json; returns: number[] };
    this.#moments.restore(moments);
    this.#returns = Float64Array.from(returns);
  }
}
