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
