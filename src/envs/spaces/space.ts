import { InputError, Random } from '../../base/index.ts';
import type { Json, RandomState } from '../../base/index.ts';

/** Element types of the arrays that spaces hold. */
export type Dtype = 'uint8' | 'int32' | 'float32' | 'float64';

/** A seed is a non-negative safe integer. @throws InputError otherwise. */
export function checkSeed(seed: unknown): asserts seed is number {
  if (!Number.isSafeInteger(seed) || (seed as number) < 0) {
    throw new InputError(`The seed ${String(seed)} does not work: give a non-negative integer.`);
  }
}

/**
 * A set of values that observations or actions come from, with a generator of its own (seed 0 until `seed` is
 * called), so that sampling from a space never shifts what an environment draws.
 */
export abstract class Space<T> {
  /** Array shape of an element; empty for numbers and for spaces made of other spaces. */
  readonly shape: readonly number[];
  readonly dtype: Dtype | null;
  #random = Random.stream(0, 'space');

  constructor(shape: readonly number[], dtype: Dtype | null) {
    this.shape = shape;
    this.dtype = dtype;
  }

  protected get random(): Random {
    return this.#random;
  }

  /** Seeds the generator behind `sample`. @throws InputError for anything but a non-negative integer. */
  seed(seed: number): void {
    checkSeed(seed);
    this.#random = Random.stream(seed, 'space');
  }

  /** State of the generators behind `sample`, so that a resumed run draws what it would have drawn. */
  state(): Json {
    return this.#random.state() as unknown as Json;
  }

  restore(state: Json): void {
    this.#random.restore(state as unknown as RandomState);
  }

  /** A random element. */
  abstract sample(): T;
  /** Whether a value is an element: right type, right shape, inside the bounds. */
  abstract contains(value: unknown): value is T;
  /** The space in one line, for messages. */
  abstract toString(): string;
}
