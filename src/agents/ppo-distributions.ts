import { tf } from '../engine/index.ts';

/** Log-probability of given actions and entropy of the policy, `[B]` each. */
export interface Likelihood {
  logProb: tf.Tensor1D;
  entropy: tf.Tensor1D;
}

/**
 * A choice among actions: `log softmax(logits)[action]`, entropy `-sum p log p`.
 * @param logits `[B, A]`
 * @param action `[B]`, int32
 */
export function categorical(logits: tf.Tensor2D, action: tf.Tensor1D): Likelihood {
  const logProbabilities = tf.logSoftmax(logits);
  const chosen = tf.oneHot(action, logits.shape[1]);
  return {
    logProb: tf.sum(tf.mul(logProbabilities, chosen), 1),
    entropy: tf.neg(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)),
  };
}

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Independent normals: log-density and entropy summed over the dimensions of an action.
 * @param mean `[B, A]`
 * @param logStd `[A]`, shared by the batch, or `[B, A]`
 * @param action `[B, A]`
 */
export function diagonalGaussian(mean: tf.Tensor2D, logStd: tf.Tensor, action: tf.Tensor2D): Likelihood {
  // Spread over the batch first, so that gradients of a shared log std are sums over it.
  const spread = tf.add(logStd, tf.zerosLike(mean)) as tf.Tensor2D;
  const distance = tf.mul(tf.sub(action, mean), tf.exp(tf.neg(spread)));
  const density = tf.sub(tf.sub(tf.mul(tf.square(distance), -0.5), spread), HALF_LOG_2_PI);
  return { logProb: tf.sum(density, 1), entropy: tf.sum(tf.add(spread, 0.5 + HALF_LOG_2_PI), 1) };
}
