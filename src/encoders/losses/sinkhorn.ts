import { tf } from '../../engine/index.ts';

/** How scores become assignments. */
export interface SinkhornOptions {
  /** Entropy regularisation: scores are divided by it. */
  epsilon: number;
  /** Rounds of balancing prototypes and samples. */
  iterations: number;
}

/**
 * SwAV's soft assignments (Caron et al., arXiv 2006.09882, section 3.1): exp(scores / epsilon), scaled in turn so that
 * every prototype gets 1/K and every sample 1/B of the mass. Computed on logarithms, where nothing overflows.
 * @param scores `[B, K]` of B samples to K prototypes
 * @returns `[B, K]`, rows sum to 1
 */
export function sinkhorn(scores: tf.Tensor2D, { epsilon, iterations }: SinkhornOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, prototypes] = scores.shape;
    let mass: tf.Tensor2D = tf.div(scores, epsilon);
    for (let i = 0; i < iterations; i++) {
      mass = tf.sub(tf.sub(mass, tf.logSumExp(mass, 0, true)), Math.log(prototypes));
      mass = tf.sub(tf.sub(mass, tf.logSumExp(mass, 1, true)), Math.log(batch));
    }
    return tf.mul<tf.Tensor2D>(tf.exp(mass), batch);
  });
}
