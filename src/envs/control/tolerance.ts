import { portable } from '../../base/index.ts';

export interface ToleranceOptions {
  /** Interval that is worth 1; infinite ends are allowed. Default [0, 0]. */
  bounds?: readonly [number, number];
  /** Distance from the bounds at which the value is `valueAtMargin`. Default 0: nothing outside the bounds. */
  margin?: number;
  shape?: 'gaussian' | 'linear' | 'quadratic';
  /** Default 0.1. */
  valueAtMargin?: number;
}

/**
 * How close x is to an interval, in [0, 1] (Tassa et al. 2018, arXiv 1801.00690): 1 inside, and outside a
 * function of d = distance / margin with value v at d = 1:
 * gaussian `exp(-(d sqrt(-2 ln v))^2 / 2) = exp(d^2 ln v)`, linear `1 - d (1 - v)`, quadratic `1 - d^2 (1 - v)`,
 * the last two not below 0.
 */
export function tolerance(x: number, options: ToleranceOptions = {}): number {
  const { bounds = [0, 0], margin = 0, shape = 'gaussian', valueAtMargin: v = 0.1 } = options;
  const outside = x < bounds[0] ? bounds[0] - x : x > bounds[1] ? x - bounds[1] : 0;
  if (outside === 0) return 1;
  if (margin === 0) return 0;
  const d = outside / margin;
  if (shape === 'gaussian') return portable.exp(d * d * portable.log(v));
  return Math.max(0, 1 - (shape === 'linear' ? d : d * d) * (1 - v));
}

/** Worth of a small control u in [-1, 1]: 1 at rest, 0 at full effort. */
export function smallControl(u: number): number {
  return tolerance(u, { margin: 1, valueAtMargin: 0, shape: 'quadratic' });
}
