import { tf } from '../engine/index.ts';

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/** log std = min + (max - min) / 2 (tanh(raw) + 1), so that it stays within bounds smoothly. */
export function boundLogStd<T extends tf.Tensor>(raw: T, min: number, max: number): T {
  return tf.add(tf.mul(tf.add(tf.tanh(raw), 1), (max - min) / 2), min);
}

/** Entropy of a Gaussian with a diagonal covariance, in nats: `sum_j log std + (1 + log(2 pi)) / 2`, `[B, A] -> [B]`. */
export function gaussianEntropy(logStd: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.add(logStd, 0.5 + HALF_LOG_2_PI), 1);
}

export interface SampledAction {
  /** `[B, A]` in (-1, 1). */
  action: tf.Tensor2D;
  /** `[B]` */
  logProb: tf.Tensor1D;
}

/**
 * A tanh-Gaussian action and its log-density (Haarnoja et al., arXiv 1812.05905, appendix C):
 * `u = mean + std noise`, `action = tanh(u)`,
 * `log p = sum_j [-noise^2/2 - log std - log(2 pi)/2 - 2 (log 2 - u - softplus(-2u))]`.
 * The last term is log(1 - tanh^2 u) in a form that stays exact and finite where tanh saturates.
 * @param mean `[B, A]`
 * @param logStd `[B, A]`, bounded
 * @param noise `[B, A]`, standard normal
 */
export function squashedGaussian(mean: tf.Tensor2D, logStd: tf.Tensor2D, noise: tf.Tensor2D): SampledAction {
  const u: tf.Tensor2D = tf.add(mean, tf.mul(tf.exp(logStd), noise));
  const gaussian = tf.sub(tf.sub(tf.mul(tf.square(noise), -0.5), logStd), HALF_LOG_2_PI);
  const squash = tf.mul(tf.sub(tf.sub(Math.LN2, u), tf.softplus(tf.mul(u, -2))), 2);
  return { action: tf.tanh(u), logProb: tf.sum(tf.sub(gaussian, squash), 1) };
}
