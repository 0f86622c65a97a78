import { softmaxCrossEntropy, tf } from '../../engine/index.ts';

export interface ContrastiveResult {
  loss: tf.Scalar;
  /** `[B, B]`: row i holds the similarity of anchor i to every positive, minus the row's maximum. */
  logits: tf.Tensor2D;
}

/**
 * CURL's loss (Srinivas et al., arXiv 2004.04136, eq. 4): `logits = anchor W positive^T` minus each row's maximum,
 * cross-entropy with label i for row i, mean over the batch. No normalisation, no temperature.
 * @param anchor `[B, D]`, gradients flow
 * @param positive `[B, E]`, the momentum encoder's keys; treated as constants by the caller
 * @param bilinear W, `[D, E]`
 */
export function bilinearInfoNce(
  anchor: tf.Tensor2D,
  positive: tf.Tensor2D,
  bilinear: tf.Tensor2D,
): ContrastiveResult {
  const similarities: tf.Tensor2D = tf.matMul(anchor, tf.matMul(bilinear, positive, false, true));
  const labels = tf.range(0, anchor.shape[0], 1, 'int32');
  const loss = tf.mean(softmaxCrossEntropy(similarities, labels)) as tf.Scalar;
  // The maximum changes neither loss nor gradients: it is left out of the similarities that the loss sees.
  const logits: tf.Tensor2D = tf.sub(similarities, tf.max(similarities, 1, true));
  return { loss, logits };
}

/** Fraction of anchors whose own positive is the most similar one. */
export function contrastiveAccuracy(logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const best = tf.argMax(logits, 1);
    const own = tf.range(0, logits.shape[0], 1, 'int32');
    return tf.mean(tf.cast(tf.equal(best, own), 'float32')) as tf.Scalar;
  });
}
