import type { Matrix } from './singular-values.ts';

export interface KnnOptions {
  /** Neighbours that vote. */
  k: number;
  temperature: number;
  classes: number;
}

export interface KnnResult {
  /** `[queries, classes]` sums of exp(similarity / T). */
  votes: Float64Array;
  /** The class with most votes, for each query. */
  predictions: Int32Array;
}

/** Rows at unit length. */
function unitRows({ rows, columns, data }: Matrix): Float64Array[] {
  return Array.from({ length: rows }, (_, r) => {
    const row = Float64Array.from({ length: columns }, (__, c) => data[r * columns + c]);
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    return norm > 0 ? row.map((x) => x / norm) : row;
  });
}

/** The k rows of a bank nearest to each query by cosine similarity, nearest first. */
export function nearestRows(
  bank: Matrix,
  queries: Matrix,
  k: number,
): { row: number; similarity: number }[][] {
  const rows = unitRows(bank);
  return unitRows(queries).map((query) => {
    const similar = Float64Array.from(rows, (row) => dot(row, query));
    const order = Array.from({ length: rows.length }, (_, i) => i);
    order.sort((a, b) => similar[b] - similar[a] || a - b);
    return order.slice(0, k).map((row) => ({ row, similarity: similar[row] }));
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Weighted nearest neighbours (Wu et al., arXiv 1805.01978, section 3.4): each votes exp(cos / T) for its class. */
export function weightedKnn(
  bank: Matrix,
  labels: ArrayLike<number>,
  queries: Matrix,
  { k, temperature, classes }: KnnOptions,
): KnnResult {
  const votes = new Float64Array(queries.rows * classes);
  nearestRows(bank, queries, k).forEach((neighbours, query) => {
    for (const { row, similarity } of neighbours)
      votes[query * classes + labels[row]] += Math.exp(similarity / temperature);
  });
  const predictions = Int32Array.from({ length: queries.rows }, (_, query) => {
    const own = votes.subarray(query * classes, (query + 1) * classes);
    return own.indexOf(own.reduce((most, x) => Math.max(most, x), -Infinity));
  });
  return { votes, predictions };
}
