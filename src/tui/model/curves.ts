import { meanAndInterval } from '../../base/index.ts';
import type { Series } from '../../runs/index.ts';
import type { ChartInterval, ChartPoint } from '../charts/chart.ts';
import { pointsOf, type AxisName } from './series.ts';

/** Places along the axis at which a mean curve is formed, at most. */
const MOST_PLACES = 200;

/** The curve's value at x, between its points in a straight line; undefined beyond its ends. */
function valueAt(points: readonly ChartPoint[], x: number): number | undefined {
  if (points.length === 0 || x < points[0].x || x > points[points.length - 1].x) return undefined;
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].x <= x) low = middle;
    else high = middle;
  }
  const [a, b] = [points[low], points[high]];
  return b.x === a.x ? b.y : a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y);
}

/** The mean of several curves and its 95% interval, at each place over those curves that have come so far. */
export function meanCurve(curves: readonly (readonly ChartPoint[])[]): {
  points: ChartPoint[];
  band: ChartInterval[];
} {
  const places = [...new Set(curves.flatMap((curve) => curve.map(({ x }) => x)))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(places.length / MOST_PLACES));
  const points: ChartPoint[] = [];
  const band: ChartInterval[] = [];
  for (const [i, x] of places.entries()) {
    if (i % every !== 0 && i !== places.length - 1) continue;
    const values = curves.flatMap((curve) => valueAt(curve, x) ?? []);
    const { mean, half } = meanAndInterval(values);
    points.push({ x, y: mean });
    if (values.length > 1) band.push({ x, low: mean - half, high: mean + half });
  }
  return { points, band };
}

/** A run's points, smoothed or not, without what is not finite. */
export function runCurve(
  series: Series | undefined,
  axis: AxisName,
  values?: readonly number[],
): ChartPoint[] {
  const points = pointsOf(series, axis, values ? [...values] : undefined);
  return points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
}
