import type { Matrix } from './singular-values.ts';

/** Columns of a matrix with their means taken off. */
function centredColumns({ rows, columns, data }: Matrix): Float64Array[] {
  return Array.from({ length: columns }, (_, c) => {
    const column = Float64Array.from({ length: rows }, (__, r) => data[r * columns + c]);
    const mean = column.reduce((sum, x) => sum + x, 0) / rows;
    return column.map((x) => x - mean);
  });
}

/** |A^T B|_F^2 */
function crossNorm(a: Float64Array[], b: Float64Array[]): number {
  let total = 0;
  for (const left of a) {
    for (const right of b) {
      let sum = 0;
      for (let i = 0; i < left.length; i++) sum += left[i] * right[i];
      total += sum * sum;
    }
  }
  return total;
}

/**
 * Linear centred kernel alignment of two representations of the same samples (Kornblith et al., arXiv 1905.00414,
 * section 3): `|Y^T X|_F^2 / (|X^T X|_F |Y^T Y|_F)` with centred columns. 1 where one is a rotation, scaling and shift
 * of the other, 0 where one never changes; the numbers of dimensions may differ.
 */
export function linearCka(x: Matrix, y: Matrix): number {
  if (x.rows !== y.rows) throw new RangeError(`CKA compares equally many rows, not ${x.rows} and ${y.rows}.`);
  const [a, b] = [centredColumns(x), centredColumns(y)];
  const norms = Math.sqrt(crossNorm(a, a) * crossNorm(b, b));
  return norms > 0 ? crossNorm(a, b) / norms : 0;
}
