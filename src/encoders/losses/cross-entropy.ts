import { softmaxCrossEntropy, tf } from '../../engine/index.ts';

/** Cross-entropy of every row of `logits` `[B, K]` with the column named by `labels` `[B]`, as `[B]`. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return softmaxCrossEntropy(logits, labels);
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
