import { tf } from '../engine/index.ts';

/** (A - mean) / (std + 1e-8) over `[B]`, std with B - 1 as torch and CleanRL have it; one sample alone stays. */
export function normaliseAdvantage(advantage: tf.Tensor1D): tf.Tensor1D {
  const n = advantage.shape[0];
  if (n < 2) return advantage;
  const centred: tf.Tensor1D = tf.sub(advantage, tf.mean(advantage));
  const std = tf.sqrt(tf.div(tf.sum(tf.square(centred)), n - 1));
  return tf.div(centred, tf.add(std, 1e-8));
}

/** The policy's loss with what tells how far it has moved from the one that collected the data. */
export interface Surrogate {
  loss: tf.Scalar;
  /** `[B]` */
  ratio: tf.Tensor1D;
  /** Estimate of KL(old, new) that is never negative: mean (ratio - 1) - log ratio. */
  kl: tf.Scalar;
  /** The plain estimate, mean -log ratio, which scatters more. */
  oldKl: tf.Scalar;
  /** Fraction of samples whose ratio left [1 - eps, 1 + eps]. */
  clipFraction: tf.Scalar;
}

/**
 * Clipped surrogate objective (Schulman et al., arXiv 1707.06347, eq. 7), as a loss:
 * `-mean min(ratio A, clip(ratio, 1 - eps, 1 + eps) A)`, `ratio = exp(log p_new - log p_old)`. All `[B]`; only the
 * new log-probabilities take gradients.
 */
export function clippedSurrogate(
  logProb: tf.Tensor1D,
  oldLogProb: tf.Tensor1D,
  advantage: tf.Tensor1D,
  clip: number,
): Surrogate {
  const logRatio: tf.Tensor1D = tf.sub(logProb, oldLogProb);
  const ratio = tf.exp(logRatio);
  const clipped = tf.clipByValue(ratio, 1 - clip, 1 + clip);
  return {
    loss: tf.neg(tf.mean(tf.minimum(tf.mul(ratio, advantage), tf.mul(clipped, advantage)))),
    ratio,
    kl: tf.mean(tf.sub(tf.sub(ratio, 1), logRatio)),
    oldKl: tf.neg(tf.mean(logRatio)),
    clipFraction: tf.mean(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), clip), 'float32')),
  };
}

/**
 * Half the mean squared error of the values, `[B]`. With `clip`, as in OpenAI's implementation: the larger of the
 * error and the error of the value held within `clip` of the one that the data was collected with.
 */
export function valueLoss(
  value: tf.Tensor1D,
  oldValue: tf.Tensor1D,
  target: tf.Tensor1D,
  clip: number | null,
): tf.Scalar {
  const error = tf.squaredDifference(value, target);
  if (clip === null) return tf.mul(tf.mean(error), 0.5);
  const held = tf.add(oldValue, tf.clipByValue(tf.sub(value, oldValue), -clip, clip));
  return tf.mul(tf.mean(tf.maximum(error, tf.squaredDifference(held, target))), 0.5);
}

export interface PpoLossOptions {
  clip: number;
  valueClip: number | null;
  entropyCoefficient: number;
  valueCoefficient: number;
  normaliseAdvantage: boolean;
}

/** What was known of a minibatch when it was collected; `[B]` each. */
export interface PpoTargets {
  oldLogProb: tf.Tensor1D;
  advantage: tf.Tensor1D;
  oldValue: tf.Tensor1D;
  returns: tf.Tensor1D;
}

export interface PpoLoss {
  loss: tf.Scalar;
  policy: tf.Scalar;
  value: tf.Scalar;
  entropy: tf.Scalar;
  kl: tf.Scalar;
  clipFraction: tf.Scalar;
}

/**
 * The whole loss of a minibatch (arXiv 1707.06347, eq. 9, as a loss):
 * `surrogate - entropyCoefficient mean entropy + valueCoefficient value loss`.
 * @param now log-probabilities, entropies and values of the present networks, `[B]` each
 */
export function ppoLoss(
  now: { logProb: tf.Tensor1D; entropy: tf.Tensor1D; value: tf.Tensor1D },
  then: PpoTargets,
  options: PpoLossOptions,
): PpoLoss {
  const advantage = options.normaliseAdvantage ? normaliseAdvantage(then.advantage) : then.advantage;
  const surrogate = clippedSurrogate(now.logProb, then.oldLogProb, advantage, options.clip);
  const value = valueLoss(now.value, then.oldValue, then.returns, options.valueClip);
  const entropy: tf.Scalar = tf.mean(now.entropy);
  const bonus = tf.mul(entropy, options.entropyCoefficient);
  const loss: tf.Scalar = tf.add(tf.sub(surrogate.loss, bonus), tf.mul(value, options.valueCoefficient));
  const { kl, clipFraction } = surrogate;
  return { loss, policy: surrogate.loss, value, entropy, kl, clipFraction };
}
