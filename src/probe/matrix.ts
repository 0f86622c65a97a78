import type { Matrix } from '../encoders/index.ts';

/** A matrix whose numbers can be written, row-major in double precision. */
export interface DenseMatrix extends Matrix {
  data: Float64Array;
}

/** Some rows of a matrix, in the order given. */
export function rowsOf({ columns, data }: Matrix, rows: ArrayLike<number>): DenseMatrix {
  const out = new Float64Array(rows.length * columns);
  for (let k = 0; k < rows.length; k++)
    for (let c = 0; c < columns; c++) out[k * columns + c] = data[rows[k] * columns + c];
  return { rows: rows.length, columns, data: out };
}

/** Some columns of a matrix, in the order given. */
export function columnsOf({ rows, columns, data }: Matrix, chosen: readonly number[]): DenseMatrix {
  const out = new Float64Array(rows * chosen.length);
  for (let r = 0; r < rows; r++)
    chosen.forEach((c, k) => {
      out[r * chosen.length + k] = data[r * columns + c];
    });
  return { rows, columns: chosen.length, data: out };
}

/** Means and standard deviations of columns. */
export interface Scaling {
  mean: Float64Array;
  std: Float64Array;
}

/** Means and (population) standard deviations of a matrix's columns. */
export function scalingOf({ rows, columns, data }: Matrix): Scaling {
  const mean = new Float64Array(columns);
  const std = new Float64Array(columns);
  for (let i = 0; i < rows * columns; i++) mean[i % columns] += data[i] / rows;
  for (let i = 0; i < rows * columns; i++) std[i % columns] += (data[i] - mean[i % columns]) ** 2 / rows;
  return { mean, std: std.map(Math.sqrt) };
}

/** Columns at mean 0 and standard deviation 1 by a scaling; a column that never changes becomes 0. */
export function standardise({ rows, columns, data }: Matrix, { mean, std }: Scaling): DenseMatrix {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < out.length; i++) {
    const c = i % columns;
    // Less than rounding of single precision leaves is no change.
    out[i] = std[c] > 1e-6 * Math.abs(mean[c]) + 1e-12 ? (data[i] - mean[c]) / std[c] : 0;
  }
  return { rows, columns, data: out };
}
