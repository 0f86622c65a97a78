import { Random } from '../../base/index.ts';
import { FEWEST_RUNS, fewestRuns, type TaskScores } from './scores.ts';

export interface BootstrapOptions {
  /** Probability that the interval is to hold. */
  level?: number;
  replicates?: number;
  /** Seeds the resampling: the same scores and seed give the same interval. */
  seed?: number;
}

/** A statistic with its interval; the interval is missing where there are too few runs for one. */
export interface Estimate {
  point: number;
  interval: [low: number, high: number] | null;
  /** Runs of the task that has fewest. */
  runs: number;
}

/** The `q` quantile of ascending values, linear between neighbours. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

function resample(scores: TaskScores, random: Random): number[][] {
  return scores.map((runs) => Array.from(runs, () => runs[random.integer(runs.length)]));
}

/**
 * Percentile intervals of several statistics of the same samples, by the stratified bootstrap: runs are drawn with
 * replacement within each task, so that every replicate holds every task (Agarwal et al. 2021, section 4.1).
 *
 * @param samples one set of scores a method that enters the statistic
 * @param statistic any number of values at once, such as a whole performance profile
 * @returns one interval a value
 */
export function bootstrapIntervals(
  samples: readonly TaskScores[],
  statistic: (resampled: TaskScores[]) => readonly number[],
  { level = 0.95, replicates = 2000, seed = 0 }: BootstrapOptions = {},
): [low: number, high: number][] {
  const random = Random.stream(seed, 'bootstrap');
  const columns: Float64Array[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const values = statistic(samples.map((scores) => resample(scores, random)));
    values.forEach((value, i) => ((columns[i] ??= new Float64Array(replicates))[replicate] = value));
  }
  const tail = (1 - level) / 2;
  return columns.map((column) => {
    column.sort();
    return [quantile(column, tail), quantile(column, 1 - tail)];
  });
}

/**
 * A statistic of one or more methods with its bootstrap interval.
 *
 * @example
 * estimate([scores], ([x]) => interquartileMean(x)); // { point: 0.42, interval: [0.33, 0.52], runs: 5 }
 */
export function estimate(
  samples: readonly TaskScores[],
  statistic: (samples: readonly TaskScores[]) => number,
  options?: BootstrapOptions,
): Estimate {
  const runs = Math.min(...samples.map(fewestRuns));
  const point = runs === 0 ? NaN : statistic(samples);
  if (runs < FEWEST_RUNS) return { point, interval: null, runs };
  const [interval] = bootstrapIntervals(samples, (resampled) => [statistic(resampled)], options);
  return { point, interval, runs };
}
