/** A matrix outside the engine, row-major. */
export interface Matrix {
  rows: number;
  columns: number;
  data: ArrayLike<number>;
}

/**
 * Singular values in falling order, by one-sided Jacobi rotations in double precision (Golub & Van Loan, section
 * 8.6.3): pairs of columns are turned until all are orthogonal; their lengths are the singular values.
 */
export function singularValues({ rows, columns, data }: Matrix): Float64Array {
  // Columns of the taller orientation, one array each.
  const tall = rows >= columns;
  const [length, count] = tall ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, (_, c) =>
    Float64Array.from({ length }, (__, r) => (tall ? data[r * columns + c] : data[c * columns + r])),
  );
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < count; p++)
      for (let q = p + 1; q < count; q++) turned = orthogonalise(vectors[p], vectors[q]) || turned;
  }
  return Float64Array.from(vectors, (vector) => Math.sqrt(dot(vector, vector))).sort((a, b) => b - a);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Turns two columns in their plane until they are orthogonal; false where they were. */
function orthogonalise(a: Float64Array, b: Float64Array): boolean {
  const [alpha, beta, gamma] = [dot(a, a), dot(b, b), dot(a, b)];
  if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
  return true;
}
