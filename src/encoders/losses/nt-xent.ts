import { tf } from '../../engine/index.ts';
import { crossEntropy, type ContrastiveResult } from './cross-entropy.ts';
import { normalise } from './normalise.ts';

/**
 * SimCLR's normalised temperature-scaled cross-entropy (Chen et al., arXiv 2002.05709, eq. 1), averaged over the 2N
 * samples: `-log exp(s(i, j) / T) / sum_{k != i} exp(s(i, k) / T)` with the cosine similarity s and j the other view
 * of i. The reference code's loss is the sum of the two halves, twice this one. Equal embeddings give ln(2N - 1).
 * @param a, b `[N, D]`, row i of both shows the same sample
 * @param memory `[K, D]` unit rows that serve as further negatives of every sample (SimCLR v2, arXiv 2006.10029)
 */
export function ntXent(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  temperature: number,
  memory?: tf.Tensor2D,
): ContrastiveResult {
  const n = a.shape[0];
  const z = normalise(tf.concat([a, b]));
  const similarities = tf.div<tf.Tensor2D>(tf.matMul(z, z, false, true), temperature);
  // exp(-1e9) is zero: a sample is no candidate for itself.
  const others: tf.Tensor2D = tf.sub(similarities, tf.mul(tf.eye(2 * n), 1e9));
  const logits = memory
    ? tf.concat([others, tf.div<tf.Tensor2D>(tf.matMul(z, memory, false, true), temperature)], 1)
    : others;
  const labels = tf.concat([tf.range(n, 2 * n, 1, 'int32'), tf.range(0, n, 1, 'int32')]);
  return { loss: tf.mean(crossEntropy(logits, labels)), logits, labels };
}
