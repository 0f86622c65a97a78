import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions, StepResult } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * One step here is up to `repeat` steps of the wrapped environment with the same action: rewards add up, and
 * the repeat stops where the episode does. Pixel wrappers belong above it, so that only the last of the
 * repeated steps is drawn.
 */
export class ActionRepeat<O, A> extends Wrapper<O, A> {
  readonly repeat: number;

  /** @throws InputError unless the repeat is a positive integer. */
  constructor(env: Env<O, A>, repeat: number) {
    super(env);
    if (!Number.isSafeInteger(repeat) || repeat < 1) {
      throw new InputError(`actionRepeat ${repeat} does not work: give a positive integer.`);
    }
    this.repeat = repeat;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: A): StepResult<O> {
    let reward = 0;
    for (let i = 1; ; i++) {
      const result = this.env.step(action);
      reward += result.reward;
      if (i === this.repeat || result.terminated || result.truncated) return { ...result, reward };
    }
  }
}
