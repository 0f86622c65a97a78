/** A rollout as the advantage estimator sees it: arrays `[steps, envs]`, time first, row-major. */
export interface RolloutReturns {
  steps: number;
  envs: number;
  rewards: ArrayLike<number>;
  /** V of the observation that each action was chosen in. */
  values: ArrayLike<number>;
  /** 1 where the step ended its episode by the task itself: nothing follows. */
  terminated: ArrayLike<number>;
  /** 1 where a time limit cut the episode: it would have gone on. */
  truncated: ArrayLike<number>;
  /** V of an episode's last observation, where it was truncated; elsewhere unused. */
  finalValues: ArrayLike<number>;
  /** V of the observation after the last step, `[envs]`. */
  lastValues: ArrayLike<number>;
}

/**
 * Generalised advantage estimation (Schulman et al., arXiv 1506.02438, eq. 16), with the two ends of an episode told
 * apart: `delta_t = r_t + gamma V' - V_t` with V' = 0 after a terminated step, the value of the episode's last
 * observation after a truncated one, and V_{t+1} else; `A_t = delta_t + gamma lambda A_{t+1}` within an episode.
 * @returns advantages and `returns = A + V`, `[steps, envs]` each
 */
export function generalisedAdvantages(
  rollout: RolloutReturns,
  discount: number,
  lambda: number,
): { advantages: Float32Array; returns: Float32Array } {
  const { steps, envs, rewards, values, terminated, truncated, finalValues, lastValues } = rollout;
  const advantages = new Float32Array(steps * envs);
  const returns = new Float32Array(steps * envs);
  for (let env = 0; env < envs; env++) {
    let following = 0;
    let nextValue = lastValues[env];
    for (let t = steps - 1; t >= 0; t--) {
      const i = t * envs + env;
      if (terminated[i] || truncated[i]) {
        following = 0;
        nextValue = terminated[i] ? 0 : finalValues[i];
      }
      const delta = rewards[i] + discount * nextValue - values[i];
      following = delta + discount * lambda * following;
      advantages[i] = following;
      returns[i] = following + values[i];
      nextValue = values[i];
    }
  }
  return { advantages, returns };
}

/** 1 - Var[returns - values] / Var[returns]: 1 is a perfect critic, 0 one that knows the mean only; NaN-free. */
export function explainedVariance(values: ArrayLike<number>, returns: ArrayLike<number>): number {
  const total = variance(returns);
  const left = variance(Float64Array.from(returns, (target, i) => target - values[i]));
  return total > 0 ? 1 - left / total : 0;
}

function variance(numbers: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < numbers.length; i++) mean += numbers[i] / numbers.length;
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i] - mean) ** 2;
  return sum / numbers.length;
}
