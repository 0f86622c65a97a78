import { tf } from '../../engine/index.ts';
import { crossEntropy, type ContrastiveResult } from './cross-entropy.ts';
import { normalise } from './normalise.ts';

/** Which two keys a mixed query belongs to, and how much to the first. */
export interface MixedLabels {
  /** `[B]` */
  share: tf.Tensor1D;
  /** `[B]`, integers: row of the other key. */
  partner: tf.Tensor1D;
}

/**
 * The loss of i-Mix (Lee et al., arXiv 2010.08887, eq. 3): query i is a mixture of samples i and partner i, so its
 * cross-entropy is taken with both keys, `lambda CE(i) + (1 - lambda) CE(partner i)`, mean over the batch.
 * @param logits `[B, B + K]`; column j is the key of sample j, further ones are negatives of all
 */
export function mixedCrossEntropy(logits: tf.Tensor2D, { share, partner }: MixedLabels): tf.Scalar {
  const own = crossEntropy(logits, tf.range(0, logits.shape[0], 1, 'int32'));
  const other = crossEntropy(logits, partner);
  return tf.mean(tf.add(other, tf.mul(share, tf.sub(own, other))));
}

/**
 * InfoNCE of mixed queries: the keys of the batch, and a queue where there is one, are the candidates of every query
 * (i-Mix's forms of N-pair and of MoCo). With all shares 1 it is the ordinary loss over the same candidates.
 * @param queries `[B, D]` of mixed images, normalised here, @param keys `[B, D]` of unmixed ones, normalised here
 * @param queue `[K, D]` unit rows
 */
export function mixedInfoNce(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  mixed: MixedLabels,
  temperature: number,
  queue?: tf.Tensor2D,
): ContrastiveResult {
  const candidates = queue ? tf.concat([normalise(keys), queue]) : normalise(keys);
  const logits = tf.div<tf.Tensor2D>(tf.matMul(normalise(queries), candidates, false, true), temperature);
  const labels = tf.range(0, queries.shape[0], 1, 'int32');
  return { loss: mixedCrossEntropy(logits, mixed), logits, labels };
}
