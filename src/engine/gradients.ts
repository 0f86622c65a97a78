import * as tf from './tensorflow.ts';
import type { Parameters } from './parameters.ts';

/** A scalar loss beside its derivatives, in the order of the parameters they belong to. */
export interface LossAndGradients {
  loss: tf.Scalar;
  gradients: tf.Tensor[];
}

/** Evaluates a scalar loss and its gradients with respect to some parameters; the others count as constants. */
export function lossAndGradients(loss: () => tf.Scalar, parameters: Parameters): LossAndGradients {
  const variables = parameters.variables;
  const { value, grads } = tf.variableGrads(loss, variables);
  return { loss: value, gradients: variables.map((variable) => grads[variable.name]) };
}

/**
 * Scales gradients so that their joint L2 norm is at most `maxNorm`: factor `min(1, maxNorm / (norm + 1e-6))`, as
 * torch.nn.utils.clip_grad_norm_ does.
 */
export function clipByGlobalNorm(
  gradients: tf.Tensor[],
  maxNorm: number,
): { clipped: tf.Tensor[]; norm: tf.Scalar } {
  return tf.tidy(() => {
    const norm: tf.Scalar = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
    return { clipped: gradients.map((gradient) => tf.mul(gradient, factor)), norm };
  });
}

/** Stops gradients: the value counts as a constant from here on. */
export function stopGradient<T extends tf.Tensor>(value: T): T {
  const constant = tf.customGrad((...args) => {
    const [x] = args as [tf.Tensor];
    return { value: tf.add(x, 0), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
  });
  return constant(value) as T;
}
