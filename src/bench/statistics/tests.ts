import { deviation, mean } from '../../base/index.ts';
import { pairsWon } from './compare.ts';
import { incompleteBeta, normalTail } from './special.ts';

/** Welch's t-test: whether two means differ, for unequal variances; two-sided. */
export function welch(x: readonly number[], y: readonly number[]): { t: number; df: number; p: number } {
  const a = deviation(x) ** 2 / x.length;
  const b = deviation(y) ** 2 / y.length;
  const t = (mean(x) - mean(y)) / Math.sqrt(a + b);
  const df = (a + b) ** 2 / (a ** 2 / (x.length - 1) + b ** 2 / (y.length - 1));
  return { t, df, p: incompleteBeta(df / 2, 0.5, df / (df + t * t)) };
}

/** Sum of t³ - t over the groups of equal values. */
function tieTerm(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
}

/**
 * Number of arrangements of n and m values with each possible U (0..nm), relative to all: the coefficients of the
 * Gaussian binomial, built factor by factor.
 */
function distributionOfU(n: number, m: number): Float64Array {
  const size = n * m + 1;
  const counts = new Float64Array(size);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = size - 1; u >= m + i; u--) counts[u] -= counts[u - m - i];
    for (let u = i; u < size; u++) counts[u] += counts[u - i];
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

export interface MannWhitney {
  /** U of x: pairs in which x is larger, ties one half. */
  u: number;
  /** Two-sided, from all permutations; null where values tie. */
  exact: number | null;
  /** Two-sided, normal with corrections for continuity and ties. */
  asymptotic: number;
}

/** Mann and Whitney's rank test: whether values of x tend to be larger or smaller than those of y. */
export function mannWhitney(x: readonly number[], y: readonly number[]): MannWhitney {
  const [n, m] = [x.length, y.length];
  const u = pairsWon(x, y);
  const larger = Math.max(u, n * m - u);
  const ties = tieTerm([...x, ...y]);
  const total = n + m;
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  const asymptotic = spread === 0 ? 1 : Math.min(1, 2 * normalTail((larger - (n * m) / 2 - 0.5) / spread));
  if (ties > 0) return { u, exact: null, asymptotic };
  const tail = distributionOfU(n, m)
    .subarray(larger)
    .reduce((sum, p) => sum + p, 0);
  return { u, exact: Math.min(1, 2 * tail), asymptotic };
}
