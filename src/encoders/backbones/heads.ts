import type { Random } from '../../base/index.ts';
import { Dense, LayerNorm, Parameters, tf } from '../../engine/index.ts';
import type { Head } from '../encoder.ts';

/** Dense -> layer norm, and a tanh where asked: CURL's and DrQ's head. */
export class NormalisedHead implements Head {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #dense: Dense;
  readonly #norm: LayerNorm;
  readonly #tanh: boolean;

  constructor(features: number, size: number, random: Random, options: { tanh: boolean }) {
    this.size = size;
    this.#dense = new Dense(features, size, random);
    this.#norm = new LayerNorm(size);
    this.#tanh = options.tanh;
    this.parameters = Parameters.join({ dense: this.#dense.parameters, norm: this.#norm.parameters });
  }

  apply(features: tf.Tensor2D): tf.Tensor2D {
    const normalised = this.#norm.apply(this.#dense.apply(features));
    return this.#tanh ? tf.tanh(normalised) : normalised;
  }
}

/** Dense -> ReLU: the head of the Nature and IMPALA networks. */
export class ReluHead implements Head {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #dense: Dense;

  constructor(features: number, size: number, random: Random) {
    this.size = size;
    this.#dense = new Dense(features, size, random, { gain: Math.SQRT2 });
    this.parameters = Parameters.join({ dense: this.#dense.parameters });
  }

  apply(features: tf.Tensor2D): tf.Tensor2D {
    return this.#dense.apply(features, 'relu');
  }
}
