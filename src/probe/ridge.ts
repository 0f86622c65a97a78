import type { Matrix } from '../encoders/index.ts';
import { rowsOf, scalingOf, standardise, type DenseMatrix } from './matrix.ts';
import type { Split } from './split.ts';

/** Strengths of the penalty that validation chooses from, for standardised columns and mean squares. */
const LAMBDAS = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** X^T X / n of a tall matrix, all `[D, D]` of it. */
function gram({ rows, columns, data }: DenseMatrix): Float64Array {
  const out = new Float64Array(columns * columns);
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * columns, (r + 1) * columns);
    for (let i = 0; i < columns; i++) {
      const x = row[i];
      if (x === 0) continue;
      const at = i * columns;
      for (let j = 0; j <= i; j++) out[at + j] += x * row[j];
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      out[i * columns + j] /= rows;
      out[j * columns + i] = out[i * columns + j];
    }
  }
  return out;
}

/** X^T Y / n, `[D, K]`. */
function moments(x: DenseMatrix, y: DenseMatrix): Float64Array {
  const out = new Float64Array(x.columns * y.columns);
  for (let r = 0; r < x.rows; r++) {
    for (let i = 0; i < x.columns; i++) {
      const weight = x.data[r * x.columns + i] / x.rows;
      for (let k = 0; k < y.columns; k++) out[i * y.columns + k] += weight * y.data[r * y.columns + k];
    }
  }
  return out;
}

/** The lower triangle L of `A + lambda I = L L^T`. */
function cholesky(a: Float64Array, n: number, lambda: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const rowI = l.subarray(i * n, (i + 1) * n);
    for (let j = 0; j <= i; j++) {
      const rowJ = l.subarray(j * n, (j + 1) * n);
      let sum = a[i * n + j] + (i === j ? lambda : 0);
      for (let k = 0; k < j; k++) sum -= rowI[k] * rowJ[k];
      // Rounding may leave a pivot of a singular matrix below zero.
      rowI[j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / rowJ[j];
    }
  }
  return l;
}

/** Solves `L L^T W = B` for `[n, k]`. */
function solve(l: Float64Array, n: number, b: Float64Array, k: number): Float64Array {
  const w = b.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) for (let c = 0; c < k; c++) w[i * k + c] -= l[i * n + j] * w[j * k + c];
    for (let c = 0; c < k; c++) w[i * k + c] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) for (let c = 0; c < k; c++) w[i * k + c] -= l[j * n + i] * w[j * k + c];
    for (let c = 0; c < k; c++) w[i * k + c] /= l[i * n + i];
  }
  return w;
}

function multiply(x: DenseMatrix, w: Float64Array, k: number): DenseMatrix {
  const data = new Float64Array(x.rows * k);
  for (let r = 0; r < x.rows; r++) {
    for (let i = 0; i < x.columns; i++) {
      const value = x.data[r * x.columns + i];
      for (let c = 0; c < k; c++) data[r * k + c] += value * w[i * k + c];
    }
  }
  return { rows: x.rows, columns: k, data };
}

/** `1 - sum (y - f)^2 / sum (y - mean y)^2` for each column; NaN where y never changes. */
export function rSquared(predicted: DenseMatrix, targets: DenseMatrix): number[] {
  const { rows, columns } = targets;
  return Array.from({ length: columns }, (_, c) => {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += targets.data[r * columns + c] / rows;
    let [error, spread] = [0, 0];
    for (let r = 0; r < rows; r++) {
      const y = targets.data[r * columns + c];
      error += (y - predicted.data[r * columns + c]) ** 2;
      spread += (y - mean) ** 2;
    }
    return spread > 1e-12 * rows ? 1 - error / spread : NaN;
  });
}

/** What a linear fit gives. */
export interface RidgeFit {
  /** Predictions for the test rows, in the targets' units. */
  predicted: DenseMatrix;
  /** Strength chosen for each target. */
  lambda: number[];
}

/**
 * Ridge regression from features to targets: `W = (X^T X / n + lambda I)^-1 X^T Y / n` on standardised columns. The
 * strength is chosen for each target by the error on the validation rows; then the fit is made on training and
 * validation rows together.
 * @param features `[N, D]`, @param targets `[N, K]`, both over all rows
 */
export function ridge(features: Matrix, targets: Matrix, { train, validation, test }: Split): RidgeFit {
  const k = targets.columns;
  const fit = (rows: number[]) => {
    const scaleX = scalingOf(rowsOf(features, rows));
    const scaleY = scalingOf(rowsOf(targets, rows));
    const x = standardise(rowsOf(features, rows), scaleX);
    const y = standardise(rowsOf(targets, rows), scaleY);
    const [a, b] = [gram(x), moments(x, y)];
    const weights = (lambda: number) => solve(cholesky(a, x.columns, lambda), x.columns, b, k);
    return { scaleX, scaleY, weights };
  };

  const first = fit(train);
  const heldX = standardise(rowsOf(features, validation), first.scaleX);
  const heldY = standardise(rowsOf(targets, validation), first.scaleY);
  const errors = LAMBDAS.map((lambda) => {
    const guess = multiply(heldX, first.weights(lambda), k);
    const sums = new Float64Array(k);
    for (let i = 0; i < guess.data.length; i++) sums[i % k] += (guess.data[i] - heldY.data[i]) ** 2;
    return sums;
  });
  const chosen = Array.from({ length: k }, (_, c) => {
    const column = errors.map((sums) => sums[c]);
    return column.indexOf(Math.min(...column));
  });

  const last = fit([...train, ...validation]);
  const x = standardise(rowsOf(features, test), last.scaleX);
  const data = new Float64Array(test.length * k);
  for (const at of new Set(chosen)) {
    const guess = multiply(x, last.weights(LAMBDAS[at]), k);
    for (let i = 0; i < data.length; i++) {
      const c = i % k;
      if (chosen[c] === at) data[i] = guess.data[i] * last.scaleY.std[c] + last.scaleY.mean[c];
    }
  }
  return { predicted: { rows: test.length, columns: k, data }, lambda: chosen.map((at) => LAMBDAS[at]) };
}
