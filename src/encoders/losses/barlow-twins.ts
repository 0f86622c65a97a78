import { tf } from '../../engine/index.ts';

export interface BarlowTwinsResult {
  loss: tf.Scalar;
  /** sum_i (C_ii - 1)^2 */
  onDiagonal: tf.Scalar;
  /** sum_{i != j} C_ij^2, before the weight */
  offDiagonal: tf.Scalar;
}

/** Columns with mean 0 and (biased) variance 1 over the batch. */
function standardise(z: tf.Tensor2D, epsilon: number): tf.Tensor2D {
  const centred = tf.sub(z, tf.mean(z, 0, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), 0, true), epsilon)));
}

/**
 * Barlow Twins (Zbontar et al., arXiv 2103.03230, eq. 1): the cross-correlation `C = Z1^T Z2 / N` of the two views'
 * standardised embeddings is drawn to the identity, `sum (C_ii - 1)^2 + lambda sum_{i != j} C_ij^2`.
 * @param z1, z2 `[N, D]`
 */
export function barlowTwins(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  lambda: number,
  epsilon = 1e-5,
): BarlowTwinsResult {
  const [n, d] = z1.shape;
  const product = tf.matMul(standardise(z1, epsilon), standardise(z2, epsilon), true, false);
  const correlation = tf.div<tf.Tensor2D>(product, n);
  const identity = tf.eye(d);
  const onDiagonal: tf.Scalar = tf.sum(tf.mul(tf.square(tf.sub(correlation, 1)), identity));
  const offDiagonal: tf.Scalar = tf.sum(tf.mul(tf.square(correlation), tf.sub(1, identity)));
  return { loss: tf.add(onDiagonal, tf.mul(offDiagonal, lambda)), onDiagonal, offDiagonal };
}
