import { InputError } from '../../base/index.ts';
import { Space } from './space.ts';

/** The integers `start`, ..., `start + n - 1`. */
export class Discrete extends Space<number> {
  readonly n: number;
  readonly start: number;

  /** @throws InputError unless n is a positive integer and start an integer. */
  constructor(n: number, start = 0) {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new InputError(`Discrete needs a positive integer, not ${n}.`);
    if (!Number.isSafeInteger(start)) throw new InputError(`Discrete starts at an integer, not ${start}.`);
    super([], 'int32');
    this.n = n;
    this.start = start;
  }

  sample(): number {
    return this.start + this.random.integer(this.n);
  }

  contains(value: unknown): value is number {
    return (
      Number.isSafeInteger(value) &&
      (value as number) >= this.start &&
      (value as number) < this.start + this.n
    );
  }

  toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, start ${this.start})`;
  }
}
