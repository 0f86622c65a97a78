import { InputError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Ends an episode after `maxEpisodeSteps` steps of the wrapped environment by setting `truncated`, never
 * `terminated`: the task has not ended, so values are bootstrapped. In `make` it sits below the action repeat,
 * so its steps are environment steps.
 */
export class TimeLimit<O, A> extends Wrapper<O, A> {
  readonly maxEpisodeSteps: number;
  #elapsed = 0;

  /** @throws InputError unless the limit is a positive integer. */
  constructor(env: Env<O, A>, maxEpisodeSteps: number) {
    super(env);
    if (!Number.isSafeInteger(maxEpisodeSteps) || maxEpisodeSteps < 1) {
      throw new InputError(`maxEpisodeSteps ${maxEpisodeSteps} does not work: give a positive integer.`);
    }
    this.maxEpisodeSteps = maxEpisodeSteps;
  }

  reset(options?: ResetOptions) {
    this.#elapsed = 0;
    return this.env.reset(options);
  }

  /** @throws InputError after the step that was truncated. */
  step(action: A) {
    if (this.#elapsed >= this.maxEpisodeSteps) {
      throw new InputError('step() came after the end of an episode: call reset() first.');
    }
    const result = this.env.step(action);
    this.#elapsed += 1;
    return this.#elapsed >= this.maxEpisodeSteps ? { ...result, truncated: true } : result;
  }

  protected override saveOwn(): Json {
    return this.#elapsed;
  }

  protected override restoreOwn(state: Json): void {
    this.#elapsed = state as number;
  }
}
