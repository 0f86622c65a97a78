import type { Random } from '../../base/index.ts';
import type { Matrix } from './singular-values.ts';

function squaredDistance(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  n: number,
): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (a[atA + i] - b[atB + i]) ** 2;
  return sum;
}

/** First centres by k-means++ (Arthur & Vassilvitskii 2007): far ones are likely. */
function seedCentres({ rows, columns, data }: Matrix, k: number, random: Random): Float64Array {
  const centres = new Float64Array(k * columns);
  const nearest = new Float64Array(rows).fill(Infinity);
  let row = random.integer(rows);
  for (let c = 0; c < k; c++) {
    for (let i = 0; i < columns; i++) centres[c * columns + i] = data[row * columns + i];
    let total = 0;
    for (let r = 0; r < rows; r++) {
      nearest[r] = Math.min(nearest[r], squaredDistance(data, r * columns, centres, c * columns, columns));
      total += nearest[r];
    }
    let left = random.uniform() * total;
    row = rows - 1;
    for (let r = 0; r < rows; r++) {
      left -= nearest[r];
      if (left < 0) {
        row = r;
        break;
      }
    }
  }
  return centres;
}

export interface Clustering {
  /** Cluster of each row, from 0. */
  labels: Int32Array;
  /** Sum of squared distances to the rows' centres. */
  inertia: number;
}

/** Lloyd's k-means from k-means++ centres, until no row moves or after `iterations`. */
export function kMeans(x: Matrix, k: number, random: Random, iterations = 50): Clustering {
  const { rows, columns, data } = x;
  if (k < 1 || k > rows)
    throw new RangeError(`k-means makes 1 to ${rows} clusters of ${rows} rows, not ${k}.`);
  const centres = seedCentres(x, k, random);
  const labels = new Int32Array(rows).fill(-1);
  let inertia = 0;
  for (let step = 0, moved = true; moved && step < iterations; step++) {
    moved = false;
    inertia = 0;
    for (let r = 0; r < rows; r++) {
      let best = 0;
      let distance = Infinity;
      for (let c = 0; c < k; c++) {
        const d = squaredDistance(data, r * columns, centres, c * columns, columns);
        if (d < distance) [best, distance] = [c, d];
      }
      inertia += distance;
      if (labels[r] !== best) moved = true;
      labels[r] = best;
    }
    const sizes = new Float64Array(k);
    const sums = new Float64Array(k * columns);
    for (let r = 0; r < rows; r++) {
      sizes[labels[r]]++;
      for (let i = 0; i < columns; i++) sums[labels[r] * columns + i] += data[r * columns + i];
    }
    // A cluster that lost all of its rows stays where it was.
    for (let i = 0; i < sums.length; i++) {
      const size = sizes[Math.floor(i / columns)];
      if (size > 0) centres[i] = sums[i] / size;
    }
  }
  return { labels, inertia };
}

/** How often class i meets class j. */
function contingency(a: ArrayLike<number>, b: ArrayLike<number>) {
  if (a.length !== b.length) throw new RangeError(`Labels of ${a.length} and of ${b.length} rows.`);
  const cells = new Map<string, number>();
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const key = `${a[i]},${b[i]}`;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    rows.set(a[i], (rows.get(a[i]) ?? 0) + 1);
    columns.set(b[i], (columns.get(b[i]) ?? 0) + 1);
  }
  return {
    cells: [...cells.values()],
    rows: [...rows.values()],
    columns: [...columns.values()],
    n: a.length,
  };
}

const entropy = (counts: number[], n: number) =>
  -counts.reduce((sum, count) => sum + (count / n) * Math.log(count / n), 0);

/**
 * Normalised mutual information of two labellings, `2 I(a, b) / (H(a) + H(b))`: 1 where they say the same, near 0
 * where they have nothing to do with each other; 1 where both have a single class.
 */
export function normalisedMutualInformation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { cells, rows, columns, n } = contingency(a, b);
  const [left, right] = [entropy(rows, n), entropy(columns, n)];
  if (left + right === 0) return 1;
  return (2 * (left + right - entropy(cells, n))) / (left + right);
}

/**
 * Adjusted Rand index of two labellings (Hubert & Arabie 1985): pairs of rows on which they agree, corrected so that
 * chance gives 0; 1 where they say the same.
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { cells, rows, columns, n } = contingency(a, b);
  const pairs = (counts: number[]) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const [both, left, right] = [pairs(cells), pairs(rows), pairs(columns)];
  const expected = (left * right) / ((n * (n - 1)) / 2);
  const most = (left + right) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}
