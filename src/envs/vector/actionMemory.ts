import {
  ARRAYS,
  Box,
  Discrete,
  MultiBinary,
  MultiDiscrete,
  type Dtype,
  type Space,
} from '../spaces/index.ts';
import { sharedArray } from './arrays.ts';

/** How one action of a space lies in memory: `size` numbers of a type, or null for spaces made of other spaces. */
function layoutOf(space: unknown): { dtype: Dtype; size: number; scalar: boolean } | null {
  if (space instanceof Box) return { dtype: (space as Box<Dtype>).dtype, size: space.size, scalar: false };
  // float64 holds every safe integer.
  if (space instanceof Discrete) return { dtype: 'float64', size: 1, scalar: true };
  if (space instanceof MultiDiscrete) return { dtype: 'int32', size: space.n.length, scalar: false };
  if (space instanceof MultiBinary) return { dtype: 'uint8', size: space.n, scalar: false };
  return null;
}

/** Actions of all environments in memory that all threads see. */
export class ActionMemory {
  readonly memory: SharedArrayBuffer;
  readonly #layout: ReturnType<typeof layoutOf>;
  readonly #numbers: Float32Array;

  /** @param memory made by another thread's `ActionMemory` of the same space */
  constructor(space: Space<unknown>, numEnvs: number, memory?: SharedArrayBuffer) {
    const layout = layoutOf(space);
    const { dtype, size } = layout ?? { dtype: 'uint8' as const, size: 0 };
    this.memory = memory ?? new SharedArrayBuffer(numEnvs * size * ARRAYS[dtype].BYTES_PER_ELEMENT);
    this.#layout = layout;
    this.#numbers = sharedArray(dtype, this.memory) as Float32Array;
  }

  /** Writes one action for each environment; false where one does not have the form of the space's elements. */
  write(actions: readonly unknown[]): boolean {
    if (!this.#layout) return false;
    const { dtype, size, scalar } = this.#layout;
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i];
      if (scalar) {
        if (typeof action !== 'number') return false;
        this.#numbers[i] = action;
      } else {
        if (!(action instanceof ARRAYS[dtype]) || action.length !== size) return false;
        for (let k = 0, at = i * size; k < size; k++) this.#numbers[at + k] = action[k];
      }
    }
    return true;
  }

  /** The action of environment `i`, in an array of its own. */
  read(i: number): unknown {
    const { size, scalar } = this.#layout!;
    return scalar ? this.#numbers[i] : this.#numbers.slice(i * size, (i + 1) * size);
  }
}
