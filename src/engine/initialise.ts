import * as tf from './tensorflow.ts';
import { InputError, type Random } from '../base/index.ts';
import { orthonormalRows } from './orthonormal.ts';

function orthogonalMatrix(inputs: number, outputs: number, gain: number, random: Random): Float32Array {
  const wide = inputs <= outputs;
  const rows = orthonormalRows(Math.min(inputs, outputs), Math.max(inputs, outputs), () => random.normal());
  const matrix = new Float32Array(inputs * outputs);
  const [rowStep, columnStep] = wide ? [outputs, 1] : [1, outputs];
  rows.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) matrix[i * rowStep + j * columnStep] = gain * row[j];
  });
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
