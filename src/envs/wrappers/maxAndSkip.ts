import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions, StepResult } from '../env.ts';
import { pixelBox } from './pixelBox.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Repeats each action `skip` times and gives the larger value of the last two pictures in every pixel, against
 * sprites that show on every other frame only (Mnih et al. 2015). Rewards add up; it stops where the episode does.
 */
export class MaxAndSkipObservation<A> extends Wrapper<Uint8Array, A> {
  readonly skip: number;

  /** @throws InputError unless observations are pictures and skip is an integer of at least 2. */
  constructor(env: Env<Uint8Array, A>, skip = 4) {
    super(env);
    pixelBox(env.observationSpace, 'MaxAndSkipObservation');
    if (!Number.isSafeInteger(skip) || skip < 2) {
      throw new InputError(`MaxAndSkipObservation: skip is ${skip}; give an integer of 2 or more.`);
    }
    this.skip = skip;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: A): StepResult<Uint8Array> {
    let reward = 0;
    let before: Uint8Array | null = null;
    for (let i = 1; ; i++) {
      const result = this.env.step(action);
      reward += result.reward;
      if (i < this.skip && !result.terminated && !result.truncated) {
        before = result.observation;
        continue;
      }
      const older = before;
      const observation = older
        ? result.observation.map((x, n) => Math.max(x, older[n]))
        : result.observation;
      return { ...result, observation, reward };
    }
  }
}
