import { tf } from '../../engine/index.ts';
import { crossEntropy, type ContrastiveResult } from './cross-entropy.ts';
import { normalise } from './normalise.ts';

/**
 * Instance discrimination with the full softmax (Wu et al., arXiv 1805.01978, eq. 2): cross-entropy of
 * `normalise(v) bank^T / T` with every sample's own row. Equal embeddings give ln N.
 * @param v `[B, D]`, normalised here
 * @param bank `[N, D]` unit rows, constants
 * @param index `[B]` rows of the samples
 */
export function instanceSoftmax(
  v: tf.Tensor2D,
  bank: tf.Tensor2D,
  index: tf.Tensor1D,
  temperature: number,
): ContrastiveResult {
  const logits = tf.div<tf.Tensor2D>(tf.matMul(normalise(v), bank, false, true), temperature);
  return { loss: tf.mean(crossEntropy(logits, index)), logits, labels: index };
}

/** exp(v bank / T), the unnormalised probability of a row, from similarities. */
export function unnormalised<T extends tf.Tensor>(similarities: T, temperature: number): T {
  return tf.exp(tf.div(similarities, temperature));
}

export interface InstanceNceOptions {
  temperature: number;
  /** Rows of the bank. */
  rows: number;
  /** The normalising constant Z of `P = exp(v bank / T) / Z`. */
  z: number | tf.Scalar;
  epsilon?: number;
}

/**
 * Its noise-contrastive form (eq. 4-7): with `P = exp(s / T) / Z`, K negatives from the uniform noise `Pn = 1 / N`,
 * `-log(P0 / (P0 + K Pn)) - sum_neg log(K Pn / (P + K Pn))` for every sample.
 * @param positive `[B]` cosine similarity to the sample's own row
 * @param negatives `[B, K]` cosine similarities to the rows drawn
 * @returns `[B]`
 */
export function instanceNce(
  positive: tf.Tensor1D,
  negatives: tf.Tensor2D,
  { temperature, rows, z, epsilon = 1e-7 }: InstanceNceOptions,
): tf.Tensor1D {
  const noise = negatives.shape[1] / rows;
  const own = tf.div(unnormalised(positive, temperature), z);
  const others = tf.div(unnormalised(negatives, temperature), z);
  const data = tf.log(tf.div(own, tf.add(own, noise + epsilon)));
  const rejected = tf.log(tf.div(noise, tf.add(others, noise + epsilon)));
  return tf.neg(tf.add(data, tf.sum(rejected, 1)));
}

/** New rows of a bank, `normalise(m old + (1 - m) normalise(v))`, `[B, D]`. */
export function blendRows(old: tf.Tensor2D, v: tf.Tensor2D, momentum: number): tf.Tensor2D {
  return normalise(tf.add(tf.mul(old, momentum), tf.mul(normalise(v), 1 - momentum)));
}
