import { mean } from '../../base/index.ts';
import type { TaskScores } from './scores.ts';

/** Mann and Whitney's U: pairs in which x is larger; a tie counts one half. */
export function pairsWon(x: readonly number[], y: readonly number[]): number {
  let won = 0;
  for (const a of x) for (const b of y) won += a > b ? 1 : a === b ? 0.5 : 0;
  return won;
}

/**
 * Mean over tasks of the probability that a run of x beats a run of y, ties one half (Agarwal et al. 2021, section 4.3).
 * Both hold the same tasks in the same order.
 */
export function probabilityOfImprovement(x: TaskScores, y: TaskScores): number {
  return mean(x.map((runs, task) => pairsWon(runs, y[task]) / (runs.length * y[task].length)));
}

/** Fraction of all runs with a score strictly above each threshold (a performance profile). */
export function performanceProfile(scores: TaskScores, thresholds: readonly number[]): number[] {
  const all = Float64Array.from(scores.flat()).sort();
  return thresholds.map((threshold) => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle] > threshold) high = middle;
      else low = middle + 1;
    }
    return (all.length - low) / all.length;
  });
}
