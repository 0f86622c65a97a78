import * as tf from './tensorflow.ts';
import type { Random } from '../base/index.ts';
import { deltaOrthogonal, orthogonal } from './initialise.ts';
import { convRelu } from './ops/conv-relu.ts';
import { dense } from './ops/dense.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { Parameters } from './parameters.ts';

/** Gain that keeps the size of activations through a ReLU. */
const RELU_GAIN = Math.SQRT2;

/**
 * A dense layer `[B, inputs] -> [B, outputs]`: orthogonal kernel, zero bias.
 * Without a generator the kernel is zero too, for a network that takes its values from another.
 */
export class Dense {
  readonly parameters = new Parameters();
  readonly #kernel: tf.Variable<tf.Rank.R2>;
  readonly #bias: tf.Variable<tf.Rank.R1>;

  constructor(inputs: number, outputs: number, random: Random | null, options: { gain?: number } = {}) {
    const shape: [number, number] = [inputs, outputs];
    this.#kernel = this.parameters.add(
      'kernel',
      random === null ? tf.zeros(shape) : orthogonal<tf.Rank.R2>(shape, options.gain ?? 1, random),
    );
    this.#bias = this.parameters.add('bias', tf.zeros<tf.Rank.R1>([outputs]));
  }

  apply(x: tf.Tensor2D, activation: 'linear' | 'relu' = 'linear'): tf.Tensor2D {
    return dense(x, this.#kernel as tf.Tensor2D, this.#bias as tf.Tensor1D, activation === 'relu');
  }
}

/** A convolution without padding and its ReLU; kernels `[size, size, inputs, filters]`, zero bias. */
export class ConvolutionRelu {
  readonly parameters = new Parameters();
  readonly #kernel: tf.Variable<tf.Rank.R4>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #strides: number;

  constructor(
    options: { inputs: number; filters: number; size: number; strides: number; delta?: boolean },
    random: Random,
  ) {
    const { inputs, filters, size } = options;
    const shape: [number, number, number, number] = [size, size, inputs, filters];
    const kernel = options.delta
      ? deltaOrthogonal(shape, RELU_GAIN, random)
      : orthogonal<tf.Rank.R4>(shape, RELU_GAIN, random);
    this.#kernel = this.parameters.add('kernel', kernel);
    this.#bias = this.parameters.add('bias', tf.zeros<tf.Rank.R1>([filters]));
    this.#strides = options.strides;
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    return convRelu(x, this.#kernel as tf.Tensor4D, this.#bias as tf.Tensor1D, this.#strides);
  }
}

/** Layer normalisation over the last axis of `[B, size]`. */
export class LayerNorm {
  readonly parameters = new Parameters();
  readonly #gamma: tf.Variable<tf.Rank.R1>;
  readonly #beta: tf.Variable<tf.Rank.R1>;

  constructor(size: number) {
    this.#gamma = this.parameters.add('gamma', tf.ones<tf.Rank.R1>([size]));
    this.#beta = this.parameters.add('beta', tf.zeros<tf.Rank.R1>([size]));
  }

  apply(x: tf.Tensor2D): tf.Tensor2D {
    return layerNorm(x, this.#gamma as tf.Tensor1D, this.#beta as tf.Tensor1D);
  }
}

/** Dense layers of the given sizes with ReLUs between them: `[B, sizes[0]] -> [B, sizes.at(-1)]`. */
export class MultilayerPerceptron {
  readonly parameters: Parameters;
  readonly #layers: Dense[];

  constructor(sizes: number[], random: Random | null) {
    this.#layers = sizes.slice(1).map((outputs, i) => new Dense(sizes[i], outputs, random));
    this.parameters = Parameters.join(
      Object.fromEntries(this.#layers.map((layer, i) => [`dense${i}`, layer.parameters])),
    );
  }

  apply(x: tf.Tensor2D): tf.Tensor2D {
    const last = this.#layers.length - 1;
    return this.#layers.reduce((hidden, layer, i) => layer.apply(hidden, i < last ? 'relu' : 'linear'), x);
  }
}
