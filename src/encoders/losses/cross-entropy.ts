import { tf } from '../../engine/index.ts';

/** Cross-entropy of every row of `logits` `[B, K]` with the column named by `labels` `[B]`, as `[B]`. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  // Not by oneHot: it wants two columns at least, and the wasm backend's writes integers whatever type is asked for.
  const columns = tf.range(0, logits.shape[1], 1, 'int32');
  const chosen = tf.cast(tf.equal(tf.expandDims(labels, 1), columns), 'float32');
  return tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, chosen), 1));
}

/** Fraction of rows whose largest logit is the one named by `labels`. */
export function accuracy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32')) as tf.Scalar);
}

/** Mean of `values` `[B]` over the rows whose `mask` `[B]` is 1; 0 where there is none. */
export function maskedMean(values: tf.Tensor1D, mask: tf.Tensor1D): tf.Scalar {
  return tf.div(tf.sum(tf.mul(values, mask)), tf.maximum(tf.sum(mask), 1));
}

/** A contrastive loss beside what it was computed from. */
export interface ContrastiveResult {
  loss: tf.Scalar;
  /** `[rows, candidates]`: similarity of every query to its candidates, in units of the temperature. */
  logits: tf.Tensor2D;
  /** `[rows]`: the column of each query's positive. */
  labels: tf.Tensor1D;
}
