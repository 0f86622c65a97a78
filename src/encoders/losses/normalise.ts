import { tf } from '../../engine/index.ts';

/** Rows divided by their L2 norms (at least 1e-12, so that a zero row stays zero); gradients pass through. */
export function normalise(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), 1e-24)));
}
