import { InputError } from '../../base/index.ts';
import { Space } from './space.ts';

/** Arrays of zeros and ones. */
export class MultiBinary extends Space<Uint8Array> {
  readonly n: number;

  /** @throws InputError unless the shape holds positive integers. */
  constructor(shape: number | readonly number[]) {
    const dimensions = typeof shape === 'number' ? [shape] : [...shape];
    if (!dimensions.every((n) => Number.isSafeInteger(n) && n > 0)) {
      throw new InputError(`MultiBinary needs positive integers, not ${dimensions.join(', ')}.`);
    }
    super(dimensions, 'uint8');
    this.n = dimensions.reduce((product, n) => product * n, 1);
  }

  sample(): Uint8Array {
    return Uint8Array.from({ length: this.n }, () => this.random.integer(2));
  }

  contains(value: unknown): value is Uint8Array {
    return value instanceof Uint8Array && value.length === this.n && value.every((bit) => bit <= 1);
  }

  toString(): string {
    return `MultiBinary(${this.shape.join(', ')})`;
  }
}
