import { InputError } from '../../base/index.ts';
import { Space } from './space.ts';
import type { Dtype } from './space.ts';

/** Typed array that holds elements of each type. */
export interface DtypeArrays {
  uint8: Uint8Array;
  int32: Int32Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** Constructors of the arrays that hold each type. */
export const ARRAYS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
/** Widest bounds of the integer types: where a box has these, any array of its type lies inside. */
const LIMITS = { uint8: [0, 255], int32: [-(2 ** 31), 2 ** 31 - 1], float32: null, float64: null };

function filled<D extends Dtype>(dtype: D, size: number, bound: number | ArrayLike<number>): DtypeArrays[D] {
  const array = new ARRAYS[dtype](size) as DtypeArrays[D];
  if (typeof bound === 'number') return array.fill(bound) as DtypeArrays[D];
  if (bound.length !== size) {
    throw new InputError(`A Box bound has ${bound.length} numbers, the shape needs ${size}.`);
  }
  array.set(bound);
  return array;
}

/**
 * Arrays with every element between `low` and `high`, both included; infinite bounds are allowed for floats.
 * Elements are flat typed arrays, row-major in `shape`.
 *
 * @example
 * const pixels = new Box({ low: 0, high: 255, shape: [84, 84, 9], dtype: 'uint8' });
 * const torque = new Box({ low: -1, high: 1, shape: [2] });
 */
export class Box<D extends Dtype = 'float32'> extends Space<DtypeArrays[D]> {
  readonly low: DtypeArrays[D];
  readonly high: DtypeArrays[D];
  readonly size: number;
  declare readonly dtype: D;
  readonly #wholeType: boolean;

  /** @throws InputError where a bound has the wrong length or low exceeds high. */
  constructor(options: {
    low: number | ArrayLike<number>;
    high: number | ArrayLike<number>;
    shape: readonly number[];
    dtype?: D;
  }) {
    const dtype = options.dtype ?? ('float32' as D);
    super([...options.shape], dtype);
    this.size = options.shape.reduce((product, n) => product * n, 1);
    this.low = filled(dtype, this.size, options.low);
    this.high = filled(dtype, this.size, options.high);
    const wrong = this.low.findIndex((low, i) => !(low <= this.high[i]));
    if (wrong >= 0) {
      throw new InputError(`A Box has low ${this.low[wrong]} above high ${this.high[wrong]} at ${wrong}.`);
    }
    const limits = LIMITS[dtype];
    this.#wholeType =
      limits !== null && this.low.every((x) => x === limits[0]) && this.high.every((x) => x === limits[1]);
  }

  /**
   * Uniform between finite bounds; exponential from a single finite bound; standard normal where there is none
   * (as Gymnasium does).
   */
  sample(): DtypeArrays[D] {
    const element = new ARRAYS[this.dtype](this.size) as DtypeArrays[D];
    const whole = this.dtype === 'uint8' || this.dtype === 'int32';
    for (let i = 0; i < element.length; i++) {
      const low = this.low[i];
      const high = this.high[i];
      if (whole) element[i] = low + this.random.integer(high - low + 1);
      else if (low > -Infinity && high < Infinity) element[i] = this.random.uniform(low, high);
      else if (low > -Infinity) element[i] = low + this.#exponential();
      else if (high < Infinity) element[i] = high - this.#exponential();
      else element[i] = this.random.normal();
    }
    return element;
  }

  /** Half the sum of two squared standard normals is exponential with mean 1: no logarithm needed here. */
  #exponential(): number {
    const a = this.random.normal();
    const b = this.random.normal();
    return (a * a + b * b) / 2;
  }

  contains(value: unknown): value is DtypeArrays[D] {
    if (!(value instanceof ARRAYS[this.dtype]) || value.length !== this.size) return false;
    if (this.#wholeType) return true;
    for (let i = 0; i < value.length; i++) {
      if (!(value[i] >= this.low[i] && value[i] <= this.high[i])) return false;
    }
    return true;
  }

  toString(): string {
    const span = (bound: DtypeArrays[D]) => {
      const first = bound[0];
      return bound.every((x) => x === first) ? String(first) : 'varying';
    };
    return `Box(${span(this.low)} to ${span(this.high)}, [${this.shape.join(', ')}], ${this.dtype})`;
  }
}
