import { tf } from '../../engine/index.ts';
import { crossEntropy, type ContrastiveResult } from './cross-entropy.ts';
import { normalise } from './normalise.ts';

/**
 * MoCo's InfoNCE against a queue (He et al., arXiv 1911.05722, eq. 1): cross-entropy of
 * `[q k, q queue^T] / T` with label 0, mean over the batch. Equal embeddings give ln(K + 1).
 * @param queries `[B, D]`, normalised here, gradients flow
 * @param keys `[B, D]`, normalised here
 * @param queue `[K, D]` unit rows, used as given
 */
export function queueInfoNce(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  queue: tf.Tensor2D,
  temperature: number,
): ContrastiveResult {
  const q = normalise(queries);
  const positive = tf.sum(tf.mul(q, normalise(keys)), 1, true) as tf.Tensor2D;
  const logits = tf.div<tf.Tensor2D>(tf.concat([positive, tf.matMul(q, queue, false, true)], 1), temperature);
  const labels = tf.zeros<tf.Rank.R1>([q.shape[0]], 'int32');
  return { loss: tf.mean(crossEntropy(logits, labels)), logits, labels };
}

/**
 * One direction of MoCo v3's loss (Chen et al., arXiv 2104.02057, algorithm 1): `2 T CE(q k^T / T, i)` with the other
 * keys of the batch as negatives. Equal embeddings give 2 T ln B.
 * @param queries, keys `[B, D]`, normalised here; keys are constants for the caller to see to
 */
export function batchInfoNce(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  temperature: number,
): ContrastiveResult {
  const logits = tf.div<tf.Tensor2D>(
    tf.matMul(normalise(queries), normalise(keys), false, true),
    temperature,
  );
  const labels = tf.range(0, queries.shape[0], 1, 'int32');
  const loss = tf.mul<tf.Scalar>(tf.mean(crossEntropy(logits, labels)), 2 * temperature);
  return { loss, logits, labels };
}
