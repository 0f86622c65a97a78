import { InputError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import type { Env, ResetOptions, StepResult } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/** What `NormalizeReward` has seen: number, mean and variance of discounted returns, and the present one. */
type Seen = { count: number; mean: number; variance: number; discounted: number };

/**
 * Rewards divided by the running standard deviation of the discounted return, so that returns have about unit
 * variance: `G <- gamma G + r`, `r / sqrt(Var[G] + epsilon)` (Engstrom et al. 2020, arXiv 2005.12729).
 */
export class NormalizeReward<O, A> extends Wrapper<O, A> {
  readonly #gamma: number;
  readonly #epsilon: number;
  #seen: Seen = { count: 1e-4, mean: 0, variance: 1, discounted: 0 };
  /** Whether new rewards change the statistics; false for evaluation. */
  updating = true;

  /** @throws InputError unless 0 <= gamma <= 1. */
  constructor(env: Env<O, A>, { gamma = 0.99, epsilon = 1e-8 } = {}) {
    super(env);
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new InputError(`NormalizeReward: gamma is ${gamma}; give a number from 0 to 1.`);
    }
    this.#gamma = gamma;
    this.#epsilon = epsilon;
  }

  reset(options?: ResetOptions) {
    this.#seen.discounted = 0;
    return this.env.reset(options);
  }

  step(action: A): StepResult<O> {
    const result = this.env.step(action);
    const seen = this.#seen;
    seen.discounted = this.#gamma * seen.discounted + result.reward;
    if (this.updating) this.#add(seen.discounted);
    return { ...result, reward: result.reward / Math.sqrt(seen.variance + this.#epsilon) };
  }

  /** Adds one sample to mean and population variance (Chan et al.'s parallel rule). */
  #add(sample: number): void {
    const seen = this.#seen;
    const count = seen.count + 1;
    const gap = sample - seen.mean;
    seen.variance = (seen.variance * seen.count + (gap * gap * seen.count) / count) / count;
    seen.mean += gap / count;
    seen.count = count;
  }

  protected override saveOwn(): Json {
    return { ...this.#seen };
  }

  protected override restoreOwn(state: Json): void {
    this.#seen = { ...(state as Seen) };
  }
}
