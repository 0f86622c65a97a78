import { tf } from '../../engine/index.ts';

/** Cross-entropy of every row of `logits` `[B, K]` with the column named by `labels` `[B]`, as `[B]`. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  // In two steps: the wasm backend's one-hot writes integers whatever type is asked for.
  const chosen = tf.cast(tf.oneHot(labels, logits.shape[1], 1, 0, 'int32'), 'float32');
  const own = tf.sum(tf.mul(logits, chosen), 1);
  return tf.sub(tf.logSumExp(logits, 1), own);
}

/** Fraction of rows whose largest logit is the one named by `labels`. */
export function accuracy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32')) as tf.Scalar);
}

/** A contrastive loss beside what it was computed from. */
export interface ContrastiveResult {
  loss: tf.Scalar;
  /** `[rows, candidates]`: similarity of every query to its candidates, in units of the temperature. */
  logits: tf.Tensor2D;
  /** `[rows]`: the column of each query's positive. */
  labels: tf.Tensor1D;
}
