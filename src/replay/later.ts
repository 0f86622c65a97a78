import type { Indices } from './buffer.ts';
import type { ReplayContents } from './contents.ts';

/** Running number of the oldest transition that a buffer still holds. */
export function oldestTransition({ added, size }: ReplayContents): number {
  return added - size;
}

/** Running numbers of transitions since the beginning of the run: a slot that is overwritten gets a new one. */
export function transitionNumbers(
  { added, options: { capacity } }: ReplayContents,
  indices: Indices,
): Int32Array {
  return indices.map((slot) => slot + capacity * Math.floor((added - 1 - slot) / capacity));
}

/** Transitions some steps after others. */
export interface LaterTransitions {
  indices: Indices;
  /** 1 where the transition is in the same episode and already there; elsewhere the index is the last one that is. */
  valid: Float32Array;
}

/** The transitions `steps` agent steps after those of `indices`, within their episodes. */
export function laterTransitions(buffer: ReplayContents, indices: Indices, steps: number): LaterTransitions {
  const { added, columns, options } = buffer;
  const numbers = transitionNumbers(buffer, indices);
  const valid = new Float32Array(indices.length).fill(1);
  const later = indices.map((slot, i) => {
    for (let k = 0; k < steps; k++) {
      const ended = columns.terminated[slot] || columns.truncated[slot];
      if (ended || numbers[i] + k + 1 >= added) {
        valid[i] = 0;
        break;
      }
      slot = (slot + 1) % options.capacity;
    }
    return slot;
  });
  return { indices: later, valid };
}
