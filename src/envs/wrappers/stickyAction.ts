import { InputError, Random } from '../../base/index.ts';
import type { Json, RandomState } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * With the given probability a step takes the action of the step before instead of the one it was given (Machado
 * et al. 2018, arXiv 1709.06009). The first step of an episode takes what it is given.
 */
export class StickyAction<O, A> extends Wrapper<O, A> {
  readonly #probability: number;
  #random = Random.stream(0, 'sticky');
  #last: A | null = null;

  /** @throws InputError unless 0 <= probability < 1. */
  constructor(env: Env<O, A>, probability: number) {
    super(env);
    if (!(probability >= 0 && probability < 1)) {
      throw new InputError(
        `StickyAction: the probability is ${probability}; give a number from 0 to below 1.`,
      );
    }
    this.#probability = probability;
  }

  reset(options: ResetOptions = {}) {
    const result = this.env.reset(options);
    if (options.seed !== undefined) this.#random = Random.stream(options.seed, 'sticky');
    this.#last = null;
    return result;
  }

  step(action: A) {
    const repeat = this.#random.uniform() < this.#probability;
    // A copy, as the caller may fill the same array again.
    this.#last = repeat && this.#last !== null ? this.#last : structuredClone(action);
    return this.env.step(structuredClone(this.#last));
  }

  protected override saveOwn(): Json {
    const last = ArrayBuffer.isView(this.#last) ? [...(this.#last as unknown as Float32Array)] : this.#last;
    return { last: last as Json, random: this.#random.state() as unknown as Json };
  }

  protected override restoreOwn(state: Json): void {
    const { last, random } = state as { last: Json; random: Json };
    this.#last = (Array.isArray(last) ? Float32Array.from(last as number[]) : last) as A | null;
    this.#random.restore(random as unknown as RandomState);
  }
}
