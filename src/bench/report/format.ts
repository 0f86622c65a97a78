import type { Estimate } from '../statistics/index.ts';
import type { Report } from './types.ts';

/** A number with three significant digits, as tables show it; a dash for none. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** `0.42 (0.33 to 0.52)`; the point alone where there are too few runs for an interval. */
export function estimateText({ point, interval }: Estimate): string {
  return interval ? `${number(point)} (${number(interval[0])} to ${number(interval[1])})` : number(point);
}

/** A count of steps: `12.5k`, `100k`, `1.5M`. */
export function steps(value: number | null): string {
  if (value === null) return '–';
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Math.round(value));
}

export function labelIn(report: Pick<Report, 'methods'>, method: string): string {
  return report.methods.find(({ id }) => id === method)?.label ?? method;
}

export function taskIn(report: Pick<Report, 'tasks'>, env: string): string {
  return report.tasks.find((task) => task.env === env)?.label ?? env;
}

/** What the numbers are, in a sentence or two above any table. */
export function method(report: Report): string {
  return [
    `Scores are returns of the last policy at the end of the budget (${steps(report.budget)} environment steps; not the best one on the way),`,
    `deterministic actions, mean of ${report.episodes} episodes a run.`,
    `Intervals: 95 % percentile bootstrap over runs, stratified by task, ${report.replicates} replicates.`,
  ].join(' ');
}

/** How many of a thing, such as `1 task` and `2 tasks`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
