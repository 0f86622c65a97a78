import type { Indices } from './buffer.ts';
import type { ReplayContents } from './contents.ts';
import { transitionNumbers } from './later.ts';

/** Windows of n-step returns over a sequence of transitions. */
export interface NStepReturns {
  /** sum_{i<m} gamma^i r_{t+i} */
  returns: Float64Array;
  /** gamma^m, or 0 where the window's last step terminated. */
  bootstrapDiscounts: Float64Array;
  /** t + m: the observation that follows the window's last step. */
  bootstrapIndices: Int32Array;
  /** m, the steps that the window holds. */
  steps: Int32Array;
  /** 0 where the sequence stopped before the window was complete. */
  valid: Uint8Array;
}

/**
 * n-step returns (Sutton & Barto, 2nd edition, eq. 7.1). From step t a window takes rewards until n steps are summed
 * or an episode ends inside it; a terminated window does not bootstrap, a truncated one does, from the episode's
 * final observation.
 * @param rewards, terminated, truncated one entry per transition, in order
 */
export function nStepReturns(
  rewards: ArrayLike<number>,
  terminated: ArrayLike<number>,
  truncated: ArrayLike<number>,
  n: number,
  discount: number,
): NStepReturns {
  const length = rewards.length;
  const result: NStepReturns = {
    returns: new Float64Array(length),
    bootstrapDiscounts: new Float64Array(length),
    bootstrapIndices: new Int32Array(length),
    steps: new Int32Array(length),
    valid: new Uint8Array(length),
  };
  for (let t = 0; t < length; t++) {
    let factor = 1;
    let end = t;
    let ended = false;
    while (end < length && end - t < n && !ended) {
      result.returns[t] += factor * rewards[end];
      factor *= discount;
      ended = Boolean(terminated[end]) || Boolean(truncated[end]);
      end++;
    }
    result.steps[t] = end - t;
    result.bootstrapIndices[t] = end;
    result.bootstrapDiscounts[t] = terminated[end - 1] ? 0 : factor;
    result.valid[t] = ended || end - t === n ? 1 : 0;
  }
  return result;
}

/** Transitions over several steps, entry by entry of a batch. */
export interface NStepTransitions {
  /** The last transition of each window: what it led to is where the window bootstraps. */
  last: Indices;
  /** Discounted sum of the window's rewards. */
  rewards: Float32Array;
  /** 1 where the task ended within the window. */
  terminated: Float32Array;
  /** discount^m of a window of m steps. */
  discounts: Float32Array;
}

/**
 * The windows of `n` steps that begin at transitions of a buffer. A window ends early where its episode does, and where
 * the newest transition is reached: there it bootstraps from the newest observation after fewer steps, which is as
 * true.
 */
export function nStepTransitions(
  buffer: ReplayContents,
  indices: Indices,
  n: number,
  discount: number,
): NStepTransitions {
  const { added, columns, options } = buffer;
  const { terminated, truncated, rewards } = columns;
  const numbers = transitionNumbers(buffer, indices);
  const result: NStepTransitions = {
    last: new Int32Array(indices.length),
    rewards: new Float32Array(indices.length),
    terminated: new Float32Array(indices.length),
    discounts: new Float32Array(indices.length),
  };
  indices.forEach((first, k) => {
    const steps = Math.min(n, added - numbers[k]);
    let slot = first;
    let sum = rewards[slot];
    let factor = discount;
    for (let m = 1; m < steps && !terminated[slot] && !truncated[slot]; m++) {
      slot = (slot + 1) % options.capacity;
      sum += factor * rewards[slot];
      factor *= discount;
    }
    result.last[k] = slot;
    result.rewards[k] = sum;
    result.terminated[k] = terminated[slot];
    result.discounts[k] = factor;
  });
  return result;
}
