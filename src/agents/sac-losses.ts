import { tf } from '../engine/index.ts';

/**
 * Soft Bellman target (arXiv 1812.05905, eq. 3): `y = r + gamma (1 - terminated) (min(q1', q2') - alpha log p')`.
 * Truncation alone does not stop bootstrapping. All `[B]`, gamma too where transitions span several steps.
 */
export function criticTarget(
  reward: tf.Tensor1D,
  terminated: tf.Tensor1D,
  nextQ1: tf.Tensor1D,
  nextQ2: tf.Tensor1D,
  nextLogProb: tf.Tensor1D,
  temperature: tf.Scalar,
  discount: number | tf.Tensor1D,
): tf.Tensor1D {
  const value = tf.sub(tf.minimum(nextQ1, nextQ2), tf.mul(temperature, nextLogProb));
  return tf.add(reward, tf.mul(tf.mul(tf.sub(1, terminated), discount), value));
}

/**
 * mean w (q1 - y)^2 + mean w (q2 - y)^2 over `[B]`, y constant (eq. 5, both critics).
 * @param weights `[B]`, the w of prioritised replay; 1 when absent
 */
export function criticLoss(
  q1: tf.Tensor1D,
  q2: tf.Tensor1D,
  target: tf.Tensor1D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  const loss = (q: tf.Tensor1D): tf.Scalar => {
    const squares = tf.squaredDifference(q, target);
    return tf.mean(weights ? tf.mul(weights, squares) : squares);
  };
  return tf.add(loss(q1), loss(q2));
}

/** (|q1 - y| + |q2 - y|) / 2, read back from the engine, `[B]`. */
export function tdErrors(q1: tf.Tensor1D, q2: tf.Tensor1D, target: tf.Tensor1D): Float32Array {
  const error = tf.mul(tf.add(tf.abs(tf.sub(q1, target)), tf.abs(tf.sub(q2, target))), 0.5);
  return error.dataSync() as Float32Array;
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
