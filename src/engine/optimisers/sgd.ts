import * as tf from '../tensorflow.ts';
import type { Checkpointable, Snapshot } from '../../base/index.ts';
import { Parameters } from '../parameters.ts';

export interface SgdOptions {
  learningRate: number;
  momentum?: number;
  weightDecay?: number;
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent with torch.optim's momentum: `g += decay w`, `v = momentum v + g` (v = g at first),
 * `w -= lr v`, or `w -= lr (g + momentum v)` with Nesterov's form.
 */
export class Sgd implements Checkpointable {
  learningRate: number;
  readonly #options: Required<SgdOptions>;
  readonly #parameters: Parameters;
  readonly #velocity = new Parameters();

  constructor(parameters: Parameters, options: SgdOptions) {
    this.#options = { momentum: 0, weightDecay: 0, nesterov: false, ...options };
    this.learningRate = options.learningRate;
    this.#parameters = parameters;
    for (const [name, variable] of parameters.entries()) this.#velocity.add(name, tf.zeros(variable.shape));
  }

  apply(gradients: tf.Tensor[]): void {
    const { momentum, weightDecay, nesterov } = this.#options;
    const velocities = this.#velocity.variables;
    this.#parameters.variables.forEach((variable, i) => {
      tf.tidy(() => {
        const gradient = weightDecay > 0 ? tf.add(gradients[i], tf.mul(variable, weightDecay)) : gradients[i];
        velocities[i].assign(tf.add(tf.mul(velocities[i], momentum), gradient));
        const direction = nesterov ? tf.add(gradient, tf.mul(velocities[i], momentum)) : velocities[i];
        variable.assign(tf.sub(variable, tf.mul(direction, this.learningRate)));
      });
    });
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
