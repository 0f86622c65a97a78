import { tf } from '../../engine/index.ts';

export interface VicregWeights {
  invariance: number;
  variance: number;
  covariance: number;
}

export interface VicregResult {
  loss: tf.Scalar;
  invariance: tf.Scalar;
  variance: tf.Scalar;
  covariance: tf.Scalar;
}

/** Hinge on the standard deviations and squared covariances off the diagonal of one view, with N - 1. */
function regularise(z: tf.Tensor2D, epsilon: number): { variance: tf.Scalar; covariance: tf.Scalar } {
  const [n, d] = z.shape;
  const centred: tf.Tensor2D = tf.sub(z, tf.mean(z, 0, true));
  const variances = tf.div(tf.sum(tf.square(centred), 0), n - 1);
  const hinge = tf.mean(tf.relu(tf.sub(1, tf.sqrt(tf.add(variances, epsilon)))));
  const covariances = tf.div(tf.matMul(centred, centred, true, false), n - 1);
  const others = tf.mul(tf.square(covariances), tf.sub(1, tf.eye(d)));
  return { variance: tf.div(hinge, 2), covariance: tf.div(tf.sum(others), d) };
}

/**
 * VICReg (Bardes et al., arXiv 2105.04906, eq. 6): weighted sum of the views' mean squared difference, a hinge that
 * keeps every dimension's standard deviation above 1 (half of each view), and the squared covariances between
 * dimensions over D (both views).
 * @param z1, z2 `[N, D]`
 */
export function vicreg(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  weights: VicregWeights,
  epsilon = 1e-4,
): VicregResult {
  const [first, second] = [regularise(z1, epsilon), regularise(z2, epsilon)];
  const invariance = tf.mean(tf.squaredDifference(z1, z2)) as tf.Scalar;
  const variance = tf.add<tf.Scalar>(first.variance, second.variance);
  const covariance = tf.add<tf.Scalar>(first.covariance, second.covariance);
  const loss = tf.addN([
    tf.mul(invariance, weights.invariance),
    tf.mul(variance, weights.variance),
    tf.mul(covariance, weights.covariance),
  ]) as tf.Scalar;
  return { loss, invariance, variance, covariance };
}
