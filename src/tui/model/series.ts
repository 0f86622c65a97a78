import type { Series } from '../../runs/index.ts';
import type { ChartPoint } from '../charts/chart.ts';

/** What the horizontal axis of a chart counts. */
export type AxisName = 'agent' | 'env' | 'time';

export const AXES: Record<AxisName, string> = {
  agent: 'agent steps',
  env: 'environment steps',
  time: 'time',
};

/** A series as points over the chosen axis; `values` stands in for its own values. */
export function pointsOf(series: Series | undefined, axis: AxisName, values = series?.value): ChartPoint[] {
  if (!series || !values) return [];
  const x = axis === 'agent' ? series.agentStep : axis === 'env' ? series.envStep : series.wallSeconds;
  return values.map((y, i) => ({ x: x[i], y }));
}

/**
 * Exponential moving average without the pull of its start: each value is the weighted mean of those so far,
 * the weights falling by `factor` for every step back. Values that are not finite are passed over.
 */
export function smooth(values: readonly number[], factor: number): number[] {
  if (factor <= 0) return [...values];
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (Number.isFinite(value)) {
      sum = factor * sum + value;
      weight = factor * weight + 1;
    }
    return weight === 0 ? NaN : sum / weight;
  });
}
