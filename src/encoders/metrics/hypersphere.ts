import { tf } from '../../engine/index.ts';
import { normalise } from '../losses/index.ts';

/**
 * Alignment (Wang & Isola, arXiv 2005.10242, eq. 2): mean of `|x - y|^alpha` over pairs of L2-normalised rows.
 * @param x, y `[B, D]`, row i of both shows the same sample
 */
export function alignment(x: tf.Tensor2D, y: tf.Tensor2D, alpha = 2): tf.Scalar {
  const squared = tf.sum(tf.squaredDifference(normalise(x), normalise(y)), 1);
  return tf.mean(tf.pow(squared, alpha / 2));
}

/** Uniformity (eq. 3): log of the mean of `exp(-t |x_i - x_j|^2)` over the pairs i < j of L2-normalised rows. */
export function uniformity(x: tf.Tensor2D, t = 2): tf.Scalar {
  const n = x.shape[0];
  const unit = normalise(x);
  const squared = tf.sub(2, tf.mul(2, tf.matMul(unit, unit, false, true)));
  const pairs = tf.mul(tf.exp(tf.mul(squared, -t)), tf.sub(1, tf.eye(n)));
  return tf.log(tf.div(tf.sum(pairs), n * (n - 1)));
}

/**
 * Mean over dimensions of the standard deviation (N - 1) of the L2-normalised rows: about 1 / sqrt(D) for embeddings
 * spread over the sphere, 0 for collapsed ones.
 */
export function embeddingStd(x: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const unit = normalise(x);
    const centred = tf.sub(unit, tf.mean(unit, 0, true));
    return tf.mean(tf.sqrt(tf.div(tf.sum(tf.square(centred), 0), x.shape[0] - 1))) as tf.Scalar;
  });
}
