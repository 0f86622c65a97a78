import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/** Rewards are `transform(reward)`. */
export class TransformReward<O, A> extends Wrapper<O, A> {
  readonly #transform: (reward: number) => number;

  constructor(env: Env<O, A>, transform: (reward: number) => number) {
    super(env);
    this.#transform = transform;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, reward: this.#transform(result.reward) };
  }
}

/** Rewards clipped to [low, high]. */
export class ClipReward<O, A> extends TransformReward<O, A> {
  /** @throws InputError unless low is below high. */
  constructor(env: Env<O, A>, low = -1, high = 1) {
    if (!(low < high)) throw new InputError(`ClipReward needs low below high, not ${low} and ${high}.`);
    super(env, (reward) => Math.min(high, Math.max(low, reward)));
  }
}
