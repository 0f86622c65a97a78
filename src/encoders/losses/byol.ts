import { tf } from '../../engine/index.ts';
import { normalise } from './normalise.ts';

/** Squared distance of unit vectors, 2 - 2 cos(p, z), mean over the batch. */
function regression(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const cosine = tf.sum(tf.mul(normalise(prediction), normalise(target)), 1);
  return tf.sub(2, tf.mul(2, tf.mean(cosine)));
}

/**
 * BYOL (Grill et al., arXiv 2006.07733, eq. 2), both directions: the predictions of one view regress the momentum
 * network's projections of the other. Zero where they point the same way, 8 where they point away.
 * @param p1, p2 `[B, D]` predictions
 * @param z1, z2 `[B, D]` targets, constants
 */
export function byolLoss(p1: tf.Tensor2D, p2: tf.Tensor2D, z1: tf.Tensor2D, z2: tf.Tensor2D): tf.Scalar {
  return tf.add(regression(p1, z2), regression(p2, z1));
}
