import { tf } from '../engine/index.ts';
import { criticLoss } from './sac-losses.ts';

/** Probabilities and their logarithms, with 0 log 0 = 0 kept finite. `[B, A]` each. */
function policy(logits: tf.Tensor2D): { probabilities: tf.Tensor2D; logProbabilities: tf.Tensor2D } {
  const logProbabilities = tf.logSoftmax(logits);
  return { probabilities: tf.exp(logProbabilities), logProbabilities };
}

/** Entropy of each row's policy, `[B]`. */
export function discreteEntropy(logits: tf.Tensor2D): tf.Tensor1D {
  const { probabilities, logProbabilities } = policy(logits);
  return tf.neg(tf.sum(tf.mul(probabilities, logProbabilities), 1));
}

/**
 * Soft state value of discrete SAC (Christodoulou, arXiv 1910.07207, eq. 10):
 * `V = sum_a p(a) (min(q1, q2)(a) - alpha log p(a))`, `[B]`.
 */
export function discreteValue(
  logits: tf.Tensor2D,
  q1: tf.Tensor2D,
  q2: tf.Tensor2D,
  temperature: tf.Scalar,
): tf.Tensor1D {
  const { probabilities, logProbabilities } = policy(logits);
  return tf.sum(tf.mul(probabilities, tf.sub(tf.minimum(q1, q2), tf.mul(temperature, logProbabilities))), 1);
}

/** y = r + gamma (1 - terminated) V(next), `[B]`. */
export function discreteTarget(
  reward: tf.Tensor1D,
  terminated: tf.Tensor1D,
  nextValue: tf.Tensor1D,
  discount: number | tf.Tensor1D,
): tf.Tensor1D {
  return tf.add(reward, tf.mul(tf.mul(tf.sub(1, terminated), discount), nextValue));
}

/** The value of one action a row: q `[B, A]`, action int32 `[B]` -> `[B]`. */
export function chosenValues(q: tf.Tensor2D, action: tf.Tensor1D): tf.Tensor1D {
  return tf.sum(tf.mul(q, tf.oneHot(action, q.shape[1])), 1);
}

/**
 * mean w (q1[a] - y)^2 + mean w (q2[a] - y)^2; q `[B, A]`, action int32 `[B]`, target `[B]`.
 * @param weights `[B]`, the w of prioritised replay; 1 when absent
 */
export function discreteCriticLoss(
  q1: tf.Tensor2D,
  q2: tf.Tensor2D,
  action: tf.Tensor1D,
  target: tf.Tensor1D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  return criticLoss(chosenValues(q1, action), chosenValues(q2, action), target, weights);
}

/** mean_b sum_a p(a) (alpha log p(a) - min(q1, q2)(a)); alpha and q constant (eq. 12). */
export function discreteActorLoss(
  logits: tf.Tensor2D,
  q1: tf.Tensor2D,
  q2: tf.Tensor2D,
  temperature: tf.Scalar,
): tf.Scalar {
  return tf.neg(tf.mean(discreteValue(logits, q1, q2, temperature)));
}

/** mean_b sum_a p(a) exp(log alpha) (-log p(a) - target entropy); p constant (eq. 11). */
export function discreteTemperatureLoss(
  logTemperature: tf.Scalar,
  logits: tf.Tensor2D,
  targetEntropy: number,
): tf.Scalar {
  return tf.mul(tf.exp(logTemperature), tf.mean(tf.sub(discreteEntropy(logits), targetEntropy)));
}
