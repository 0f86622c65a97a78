import { embeddingStd, normalise } from '../encoders/index.ts';
import { tf } from '../engine/index.ts';

/**
 * Signs of collapse, on L2-normalised embeddings of two views: `embedding.std` (about 1 / sqrt(D) is healthy, 0 is
 * collapsed), and the mean cosine similarity of pairs that belong together and of those that do not.
 * @param a, b `[B, D]`, row i of both shows the same sample
 */
export function health(a: tf.Tensor2D, b: tf.Tensor2D): Record<string, tf.Scalar> {
  const n = a.shape[0];
  const [x, y] = [normalise(a), normalise(b)];
  const own: tf.Scalar = tf.sum(tf.mul(x, y));
  // The sum over all pairs is the product of the sums.
  const all: tf.Scalar = tf.sum(tf.mul(tf.sum(x, 0), tf.sum(y, 0)));
  return {
    'embedding.std': embeddingStd(a),
    'similarity.positive': tf.div(own, n),
    'similarity.negative': tf.div(tf.sub(all, own), Math.max(1, n * (n - 1))),
  };
}
