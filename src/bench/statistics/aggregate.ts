import { mean } from '../../base/index.ts';
import type { TaskScores } from './scores.ts';

/** A number made of all scores of a method. */
export type Statistic = (scores: TaskScores) => number;

/** Middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Mean of the values left after `floor(n / 4)` are dropped at each end. */
export function trimmedMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 4);
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i++) sum += sorted[i];
  return sum / (sorted.length - 2 * cut);
}

/** Mean over tasks of the mean over runs. */
export const meanScore: Statistic = (scores) => mean(scores.map(mean));

/** Median over tasks of the mean over runs. */
export const medianScore: Statistic = (scores) => median(scores.map(mean));

/**
 * Interquartile mean over the runs of all tasks together: as robust as the median, and it does not let half of the
 * tasks go unheard (Agarwal et al. 2021, arXiv 2108.13264, section 4.3).
 */
export const interquartileMean: Statistic = (scores) => trimmedMean(scores.flat());

/** How far the runs stay below `gamma` on average: `gamma - mean(min(x, gamma))`; less is better. */
export function optimalityGap(gamma = 1): Statistic {
  return (scores) => gamma - mean(scores.flat().map((score) => Math.min(score, gamma)));
}

/** The four aggregates by the names that reports use. */
export const AGGREGATES = {
  iqm: { label: 'IQM', better: 'higher', of: () => interquartileMean },
  mean: { label: 'mean', better: 'higher', of: () => meanScore },
  median: { label: 'median', better: 'higher', of: () => medianScore },
  optimalityGap: { label: 'optimality gap', better: 'lower', of: optimalityGap },
} as const satisfies Record<
  string,
  { label: string; better: 'higher' | 'lower'; of(gamma?: number): Statistic }
>;

export type AggregateName = keyof typeof AGGREGATES;
