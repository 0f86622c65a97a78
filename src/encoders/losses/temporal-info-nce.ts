import { stopGradient, tf } from '../../engine/index.ts';
import { crossEntropy, maskedMean } from './cross-entropy.ts';

export interface TemporalResult {
  loss: tf.Scalar;
  /** Fraction of the rows with a positive whose own positive is the most similar one. */
  accuracy: tf.Scalar;
}

/**
 * Augmented temporal contrast (Stooke et al., arXiv 2009.08319, eq. 1): `logits = anchor W positive^T` minus each row's
 * maximum, cross-entropy with label i. Rows without a positive (the episode ended before it) are left out of the mean;
 * what stands in for their positives stays a negative of the other rows.
 * @param anchor `[B, D]` after the residual layers
 * @param positive `[B, E]` of a later frame, constants
 * @param bilinear W, `[D, E]`
 * @param mask `[B]`, 1 where a row has a positive
 */
export function temporalInfoNce(
  anchor: tf.Tensor2D,
  positive: tf.Tensor2D,
  bilinear: tf.Tensor2D,
  mask: tf.Tensor1D,
): TemporalResult {
  const keys = tf.matMul(bilinear, positive, false, true) as tf.Tensor2D;
  const similarities = tf.matMul(anchor, keys) as tf.Tensor2D;
  const logits: tf.Tensor2D = tf.sub(similarities, stopGradient(tf.max(similarities, 1, true)));
  const labels = tf.range(0, anchor.shape[0], 1, 'int32');
  const best = tf.argMax(stopGradient(logits), 1);
  return {
    loss: maskedMean(crossEntropy(logits, labels), mask),
    accuracy: maskedMean(tf.cast(tf.equal(best, labels), 'float32'), mask),
  };
}
