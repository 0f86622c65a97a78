import * as tf from './tensorflow.ts';
import { InputError, type Random } from '../base/index.ts';

/** Vectors taken off at a time: one sweep over memory serves so many dot products. */
const BLOCK = 4;

/** Takes from `vector` its parts along the first `count` rows of `basis`, which are orthonormal (Gram-Schmidt). */
function removeParts(vector: Float64Array, basis: Float64Array, count: number): void {
  const columns = vector.length;
  let row = 0;
  for (; row + BLOCK <= count; row += BLOCK) {
    const a = row * columns;
    const [b, c, d] = [a + columns, a + 2 * columns, a + 3 * columns];
    let [dotA, dotB, dotC, dotD] = [0, 0, 0, 0];
    for (let i = 0; i < columns; i++) {
      const v = vector[i];
      dotA += v * basis[a + i];
      dotB += v * basis[b + i];
      dotC += v * basis[c + i];
      dotD += v * basis[d + i];
    }
    for (let i = 0; i < columns; i++) {
      vector[i] -= dotA * basis[a + i] + dotB * basis[b + i] + dotC * basis[c + i] + dotD * basis[d + i];
    }
  }
  for (; row < count; row++) {
    const a = row * columns;
    let dot = 0;
    for (let i = 0; i < columns; i++) dot += vector[i] * basis[a + i];
    for (let i = 0; i < columns; i++) vector[i] -= dot * basis[a + i];
  }
}

function norm(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/** `[rows, columns]`, rows orthonormal, `rows <= columns`: normal vectors made orthogonal one after the other. */
function orthonormalRows(rows: number, columns: number, random: Random): Float64Array {
  const basis = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from({ length: columns }, () => random.normal());
    const before = norm(vector);
    removeParts(vector, basis, row);
    // Little is left of a vector near the span of the others, and rounding weighs in it: a second pass removes that.
    if (norm(vector) < 0.1 * before) removeParts(vector, basis, row);
    const length = norm(vector);
    for (let i = 0; i < columns; i++) basis[row * columns + i] = vector[i] / length;
  }
  return basis;
}

function orthogonalMatrix(inputs: number, outputs: number, gain: number, random: Random): Float32Array {
  const wide = inputs <= outputs;
  const basis = orthonormalRows(Math.min(inputs, outputs), Math.max(inputs, outputs), random);
  const matrix = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      matrix[i * outputs + j] = gain * basis[wide ? i * outputs + j : j * inputs + i];
    }
  }
  return matrix;
}

/**
 * Orthogonal initialisation (Saxe et al., arXiv 1312.6120): with the tensor read as a matrix
 * `[product of all axes but the last, last axis]`, the smaller of its Gram matrices is `gain^2 I`.
 */
export function orthogonal<R extends tf.Rank>(shape: number[], gain: number, random: Random): tf.Tensor<R> {
  const outputs = shape[shape.length - 1];
  const inputs = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return tf.tensor<R>(orthogonalMatrix(inputs, outputs, gain, random), shape as tf.ShapeMap[R]);
}

/**
 * Delta-orthogonal initialisation of a convolution kernel `[k, k, in, out]`, k odd (Xiao et al., arXiv 1806.05393):
 * all taps are zero but the centre one, whose `[in, out]` matrix is orthogonal with the given gain.
 */
export function deltaOrthogonal(
  shape: [number, number, number, number],
  gain: number,
  random: Random,
): tf.Tensor4D {
  const [height, width, inputs, outputs] = shape;
  if (height !== width || height % 2 === 0) {
    throw new InputError(
      `Delta-orthogonal initialisation needs an odd square kernel, not ${height}x${width}.`,
    );
  }
  const values = new Float32Array(height * width * inputs * outputs);
  const centre = ((height - 1) / 2) * (width + 1);
  values.set(orthogonalMatrix(inputs, outputs, gain, random), centre * inputs * outputs);
  return tf.tensor4d(values, shape);
}

/** Independent uniform numbers in [low, high). */
export function uniform<R extends tf.Rank>(
  shape: number[],
  low: number,
  high: number,
  random: Random,
): tf.Tensor<R> {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.uniform(low, high)),
    shape as tf.ShapeMap[R],
  );
}
