import * as tf from '../tensorflow.ts';
import { partOf, type Checkpointable, type Snapshot } from '../../base/index.ts';
import { hasKernel, runKernel } from '../ops/kernel.ts';
import { Parameters } from '../parameters.ts';

export interface AdamOptions {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  /** AdamW (Loshchilov & Hutter, arXiv 1711.05101): decay the weights themselves, not through the gradient. */
  decoupled?: boolean;
}

/**
 * Adam (Kingma & Ba, arXiv 1412.6980) with torch.optim's semantics:
 * `m = b1 m + (1-b1) g`, `v = b2 v + (1-b2) g^2`, `w -= lr m^ / (sqrt(v^) + eps)` with `m^ = m / (1-b1^t)`,
 * `v^ = v / (1-b2^t)`. One instance trains one set of parameters.
 */
export class Adam implements Checkpointable {
  learningRate: number;
  readonly #options: Required<AdamOptions>;
  readonly #parameters: Parameters;
  readonly #first = new Parameters();
  readonly #second = new Parameters();
  #step = 0;

  constructor(parameters: Parameters, options: AdamOptions) {
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false, ...options };
    this.learningRate = options.learningRate;
    this.#parameters = parameters;
    for (const [name, variable] of parameters.entries()) {
      this.#first.add(name, tf.zeros(variable.shape));
      this.#second.add(name, tf.zeros(variable.shape));
    }
  }

  /** One step; `gradients` follow the order of the parameters. */
  apply(gradients: tf.Tensor[]): void {
    this.#step++;
    const { weightDecay, decoupled } = this.#options;
    if (weightDecay > 0 && decoupled) {
      for (const variable of this.#parameters.variables) {
        tf.tidy(() => variable.assign(tf.mul(variable, 1 - this.learningRate * weightDecay)));
      }
    }
    if (hasKernel('CurlewAdam')) this.#fused(gradients);
    else this.#composed(gradients);
  }

  #fused(gradients: tf.Tensor[]): void {
    const { beta1, beta2, epsilon, weightDecay, decoupled } = this.#options;
    const first = this.#first.variables;
    const second = this.#second.variables;
    const inputs: Record<string, tf.Tensor> = {};
    this.#parameters.variables.forEach((variable, i) => {
      inputs[`param${i}`] = variable;
      inputs[`grad${i}`] = gradients[i];
      inputs[`m${i}`] = first[i];
      inputs[`v${i}`] = second[i];
    });
    tf.tidy(() =>
      runKernel('CurlewAdam', inputs, {
        count: gradients.length,
        lr: this.learningRate,
        beta1,
        beta2,
        eps: epsilon,
        step: this.#step,
        weightDecay: decoupled ? 0 : weightDecay,
      }),
    );
  }

  #composed(gradients: tf.Tensor[]): void {
    const { beta1, beta2, epsilon, weightDecay, decoupled } = this.#options;
    const first = this.#first.variables;
    const second = this.#second.variables;
    const correction1 = 1 - beta1 ** this.#step;
    const correction2 = 1 - beta2 ** this.#step;
    this.#parameters.variables.forEach((variable, i) => {
      tf.tidy(() => {
        const decay = weightDecay > 0 && !decoupled;
        const gradient = decay ? tf.add(gradients[i], tf.mul(variable, weightDecay)) : gradients[i];
        first[i].assign(tf.add(tf.mul(first[i], beta1), tf.mul(gradient, 1 - beta1)));
        second[i].assign(tf.add(tf.mul(second[i], beta2), tf.mul(tf.square(gradient), 1 - beta2)));
        const denominator = tf.add(tf.mul(tf.sqrt(second[i]), 1 / Math.sqrt(correction2)), epsilon);
        const move = tf.mul(tf.div(first[i], denominator), this.learningRate / correction1);
        variable.assign(tf.sub(variable, move));
      });
    });
  }

  async state(): Promise<Snapshot> {
    const moments = Parameters.join({ first: this.#first, second: this.#second });
    return { tensors: await moments.save(), values: { step: this.#step, learningRate: this.learningRate } };
  }

  restore(snapshot: Snapshot): void {
    this.#first.load(partOf(snapshot, 'first').tensors);
    this.#second.load(partOf(snapshot, 'second').tensors);
    this.#step = snapshot.values.step as number;
    this.learningRate = snapshot.values.learningRate as number;
  }

  dispose(): void {
    this.#first.dispose();
    this.#second.dispose();
  }
}
