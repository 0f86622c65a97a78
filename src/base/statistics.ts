/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample (divided by n - 1); NaN of fewer than two values. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1));
}

/** 0.975 quantile of Student's t by degrees of freedom, from 1 on; later ones are taken as the normal's. */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * A mean over seeds and half the width of its 95 % interval, `t_{0.975, n-1} s / sqrt(n)` (Student's t); NaN for a single
 * value. For quick looks at few seeds; reports have bootstrap intervals.
 */
export function meanAndInterval(values: readonly number[]): { mean: number; half: number } {
  const n = values.length;
  return { mean: mean(values), half: ((T_975[n - 2] ?? 1.96) * deviation(values)) / Math.sqrt(n) };
}
