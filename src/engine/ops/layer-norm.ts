import * as tf from '../tensorflow.ts';
import { hasKernel, runKernel } from './kernel.ts';

tf.registerGradient({
  kernelName: 'CurlewLayerNorm',
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved) => {
    const [x, gamma, mean, inverseStd] = saved;
    const dy = (dys as tf.Tensor[])[0];
    const [dx, dgamma, dbeta] = runKernel<tf.Tensor[]>('CurlewLayerNormGrad', {
      dy,
      x,
      gamma,
      mean,
      inverseStd,
    });
    return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
  },
});

/**
 * (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis, with the biased variance
 * (Ba et al., arXiv 1607.06450).
 * @param x `[B, D]`
 * @param gamma `[D]`
 * @param beta `[D]`
 */
export function layerNorm(
  x: tf.Tensor2D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon = 1e-5,
): tf.Tensor2D {
  if (hasKernel('CurlewLayerNorm')) {
    return runKernel<tf.Tensor2D[]>('CurlewLayerNorm', { x, gamma, beta }, { eps: epsilon })[0];
  }
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
}
