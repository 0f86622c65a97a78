import type { Random } from '../base/index.ts';
import { MultilayerPerceptron, Parameters, tf } from '../engine/index.ts';

/** Two Q functions over an embedding and an action, both `[B]`. */
export class TwinCritic {
  readonly parameters: Parameters;
  readonly #q1: MultilayerPerceptron;
  readonly #q2: MultilayerPerceptron;

  /** @param random null for a copy that takes its weights from another */
  constructor(features: number, actionSize: number, hidden: number, random: Random | null) {
    const sizes = [features + actionSize, hidden, hidden, 1];
    this.#q1 = new MultilayerPerceptron(sizes, random);
    this.#q2 = new MultilayerPerceptron(sizes, random);
    this.parameters = Parameters.join({ q1: this.#q1.parameters, q2: this.#q2.parameters });
  }

  values(embeddings: tf.Tensor2D, actions: tf.Tensor2D): [tf.Tensor1D, tf.Tensor1D] {
    const inputs = tf.concat([embeddings, actions], 1);
    return [tf.squeeze(this.#q1.apply(inputs), [1]), tf.squeeze(this.#q2.apply(inputs), [1])];
  }
}

/** Two Q functions that give the values of all actions at once, `[B, n]` each. */
export class DiscreteTwinCritic {
  readonly parameters: Parameters;
  readonly #q1: MultilayerPerceptron;
  readonly #q2: MultilayerPerceptron;

  /** @param random null for a copy that takes its weights from another */
  constructor(sizes: number[], random: Random | null) {
    this.#q1 = new MultilayerPerceptron(sizes, random);
    this.#q2 = new MultilayerPerceptron(sizes, random);
    this.parameters = Parameters.join({ q1: this.#q1.parameters, q2: this.#q2.parameters });
  }

  values(embeddings: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    return [this.#q1.apply(embeddings), this.#q2.apply(embeddings)];
  }
}
