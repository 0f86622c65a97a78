import { tf } from '../engine/index.ts';

/**
 * Soft Bellman target (arXiv 1812.05905, eq. 3): `y = r + gamma (1 - terminated) (min(q1', q2') - alpha log p')`.
 * Truncation alone does not stop bootstrapping. All `[B]`.
 */
export function criticTarget(
  reward: tf.Tensor1D,
  terminated: tf.Tensor1D,
  nextQ1: tf.Tensor1D,
  nextQ2: tf.Tensor1D,
  nextLogProb: tf.Tensor1D,
  temperature: tf.Scalar,
  discount: number,
): tf.Tensor1D {
  const value = tf.sub(tf.minimum(nextQ1, nextQ2), tf.mul(temperature, nextLogProb));
  return tf.add(reward, tf.mul(tf.mul(tf.sub(1, terminated), discount), value));
}

/** mean (q1 - y)^2 + mean (q2 - y)^2 over `[B]`, y constant (eq. 5, both critics). */
export function criticLoss(q1: tf.Tensor1D, q2: tf.Tensor1D, target: tf.Tensor1D): tf.Scalar {
  return tf.add(tf.mean(tf.squaredDifference(q1, target)), tf.mean(tf.squaredDifference(q2, target)));
}

/** mean [alpha log p - min(q1, q2)] over `[B]` (eq. 9). */
export function actorLoss(
  logProb: tf.Tensor1D,
  q1: tf.Tensor1D,
  q2: tf.Tensor1D,
  temperature: tf.Scalar,
): tf.Scalar {
  return tf.mean(tf.sub(tf.mul(temperature, logProb), tf.minimum(q1, q2)));
}

/** mean exp(log alpha) (-log p - target entropy) over `[B]`, log p constant (eq. 18). */
export function temperatureLoss(
  logTemperature: tf.Scalar,
  logProb: tf.Tensor1D,
  targetEntropy: number,
): tf.Scalar {
  return tf.mean(tf.mul(tf.exp(logTemperature), tf.sub(tf.neg(logProb), targetEntropy)));
}
