import * as tf from '../tensorflow.ts';
import type { Checkpointable, Snapshot } from '../../base/index.ts';
import { Parameters } from '../parameters.ts';

export interface LarsOptions {
  learningRate: number;
  momentum?: number;
  weightDecay?: number;
  /** Trust coefficient eta. */
  trust?: number;
  /** Where the learning rate enters: outside the momentum (MoCo v3) or inside it (SimCLR). */
  form: 'moco_v3' | 'simclr';
}

/**
 * LARS (You et al., arXiv 1708.03888). Tensors of rank > 1: `g += decay w`, `g *= eta |w| / |g|` (1 where a norm
 * is 0); biases and norms take neither. MoCo v3: `v = momentum v + g`, `w -= lr v`; SimCLR: `v = momentum v + lr g`,
 * `w -= v`. The two differ once the learning rate changes.
 */
export class Lars implements Checkpointable {
  learningRate: number;
  readonly #options: Required<LarsOptions>;
  readonly #parameters: Parameters;
  readonly #velocity = new Parameters();

  constructor(parameters: Parameters, options: LarsOptions) {
    this.#options = { momentum: 0.9, weightDecay: 0, trust: 0.001, ...options };
    this.learningRate = options.learningRate;
    this.#parameters = parameters;
    for (const [name, variable] of parameters.entries()) this.#velocity.add(name, tf.zeros(variable.shape));
  }

  apply(gradients: tf.Tensor[]): void {
    const { momentum, form } = this.#options;
    const velocities = this.#velocity.variables;
    this.#parameters.variables.forEach((variable, i) => {
      tf.tidy(() => {
        const gradient = variable.rank > 1 ? this.#adapted(variable, gradients[i]) : gradients[i];
        const pushed = form === 'simclr' ? tf.mul(gradient, this.learningRate) : gradient;
        velocities[i].assign(tf.add(tf.mul(velocities[i], momentum), pushed));
        const step = form === 'simclr' ? velocities[i] : tf.mul(velocities[i], this.learningRate);
        variable.assign(tf.sub(variable, step));
      });
    });
  }

  #adapted(variable: tf.Variable, gradient: tf.Tensor): tf.Tensor {
    const { weightDecay, trust } = this.#options;
    const decayed = tf.add(gradient, tf.mul(variable, weightDecay));
    const weightNorm = tf.norm(variable);
    const gradientNorm = tf.norm(decayed);
    const defined = tf.logicalAnd(tf.greater(weightNorm, 0), tf.greater(gradientNorm, 0));
    const ratio = tf.div(tf.mul(weightNorm, trust), tf.maximum(gradientNorm, 1e-38));
    return tf.mul(decayed, tf.where(defined, ratio, tf.onesLike(ratio)));
  }

  async state(): Promise<Snapshot> {
    return { tensors: await this.#velocity.save(), values: { learningRate: this.learningRate } };
  }

  restore(snapshot: Snapshot): void {
    this.#velocity.load(snapshot.tensors);
    this.learningRate = snapshot.values.learningRate as number;
  }

  dispose(): void {
    this.#velocity.dispose();
  }
}
