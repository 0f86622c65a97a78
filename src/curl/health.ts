import { embeddingStd, normalise } from '../encoders/index.ts';
import { tf } from '../engine/index.ts';

/** How far embeddings `[B, D]` lie apart on the unit sphere. */
export function spread(embeddings: tf.Tensor2D): Record<string, tf.Scalar> {
  const std = embeddingStd(embeddings);
  return {
    'embedding.std': std,
    // The standard deviation of evenly spread unit vectors is 1 / sqrt(D): the same number for any D.
    'embedding.spread': tf.mul(std, Math.sqrt(embeddings.shape[1])),
  };
}

/**
 * Signs of collapse, on L2-normalised embeddings of two views: `embedding.std` (about 1 / sqrt(D) is healthy, 0 is
 * collapsed), `embedding.spread` (the same in units of 1 / sqrt(D)), and the mean cosine similarity of pairs that belong
 * together and of those that do not.
 * @param a, b `[B, D]`, row i of both shows the same sample
 */
export function health(a: tf.Tensor2D, b: tf.Tensor2D): Record<string, tf.Scalar> {
  const n = a.shape[0];
  const [x, y] = [normalise(a), normalise(b)];
  const own: tf.Scalar = tf.sum(tf.mul(x, y));
  // The sum over all pairs is the product of the sums.
  const all: tf.Scalar = tf.sum(tf.mul(tf.sum(x, 0), tf.sum(y, 0)));
  return {
    ...spread(a),
    'similarity.positive': tf.div(own, n),
    'similarity.negative': tf.div(tf.sub(all, own), Math.max(1, n * (n - 1))),
  };
}
