import { InputError } from '../../base/index.ts';
import { Space } from './space.ts';

/** Vectors of integers; element i lies in 0, ..., `n[i] - 1`. */
export class MultiDiscrete extends Space<Int32Array> {
  readonly n: Int32Array;

  /** @throws InputError unless every count is a positive integer. */
  constructor(n: ArrayLike<number>) {
    super([n.length], 'int32');
    for (const count of Array.from(n)) {
      if (!Number.isSafeInteger(count) || count < 1) {
        throw new InputError(`MultiDiscrete needs positive integers, not ${count}.`);
      }
    }
    this.n = Int32Array.from(n);
  }

  sample(): Int32Array {
    return this.n.map((count) => this.random.integer(count));
  }

  contains(value: unknown): value is Int32Array {
    if (!(value instanceof Int32Array) || value.length !== this.n.length) return false;
    return value.every((x, i) => x >= 0 && x < this.n[i]);
  }

  toString(): string {
    return `MultiDiscrete(${this.n.join(', ')})`;
  }
}
