import { InputError, type Random } from '../../base/index.ts';
import {
  ConvolutionRelu,
  Parameters,
  convRelu,
  deltaOrthogonal,
  orthogonal,
  tf,
} from '../../engine/index.ts';
import type { ImageShape, Trunk } from '../encoder.ts';
import { MapNorm, spectralNorm, type ConvolutionNorm } from './norms.ts';

export interface ConvolutionSpec {
  filters: number;
  size: number;
  strides: number;
}

interface LayerOptions extends ConvolutionSpec {
  inputs: number;
  delta: boolean;
}

/** A convolution without padding, a norm and a ReLU. */
class NormalisedConvolution {
  readonly parameters: Parameters;
  readonly #kernel: tf.Variable<tf.Rank.R4>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #norm: MapNorm | null;
  readonly #strides: number;

  constructor(options: LayerOptions, norm: Exclude<ConvolutionNorm, 'none'>, random: Random) {
    const { inputs, filters, size, strides, delta } = options;
    const shape: [number, number, number, number] = [size, size, inputs, filters];
    const gain = Math.SQRT2;
    const own = new Parameters();
    this.#kernel = own.add(
      'kernel',
      delta ? deltaOrthogonal(shape, gain, random) : orthogonal<tf.Rank.R4>(shape, gain, random),
    );
    this.#bias = own.add('bias', tf.zeros<tf.Rank.R1>([filters]));
    this.#norm = norm === 'layer' ? new MapNorm(filters) : null;
    this.#strides = strides;
    this.parameters = this.#norm ? Parameters.join({ conv: own, norm: this.#norm.parameters }) : own;
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    const [kernel, bias] = [this.#kernel as tf.Tensor4D, this.#bias as tf.Tensor1D];
    if (!this.#norm) return convRelu(x, spectralNorm(kernel), bias, this.#strides);
    const maps = tf.add<tf.Tensor4D>(tf.conv2d(x, kernel, this.#strides, 'valid'), bias);
    return tf.relu(this.#norm.apply(maps));
  }
}

/** Convolutions without padding, each with a ReLU, and a flattening in height-width-channel order. */
export class ConvolutionStack implements Trunk {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #layers: { parameters: Parameters; apply(x: tf.Tensor4D): tf.Tensor4D }[];

  constructor(
    specs: ConvolutionSpec[],
    shape: ImageShape,
    random: Random,
    { delta, norm }: { delta: boolean; norm: ConvolutionNorm },
  ) {
    let { height, width, channels } = shape;
    this.#layers = specs.map((spec) => {
      const options = { inputs: channels, ...spec, delta };
      const layer =
        norm === 'none'
          ? new ConvolutionRelu(options, random)
          : new NormalisedConvolution(options, norm, random);
      height = Math.floor((height - spec.size) / spec.strides) + 1;
      width = Math.floor((width - spec.size) / spec.strides) + 1;
      channels = spec.filters;
      return layer;
    });
    if (height < 1 || width < 1) {
      throw new InputError(
        `Images of ${shape.height}x${shape.width} pixels are too small for this backbone; use larger ones.`,
      );
    }
    this.size = height * width * channels;
    this.parameters = Parameters.join(
      Object.fromEntries(this.#layers.map((layer, i) => [`conv${i + 1}`, layer.parameters])),
    );
  }

  apply(images: tf.Tensor4D): tf.Tensor2D {
    const maps = this.#layers.reduce((x, layer) => layer.apply(x), images);
    return tf.reshape(maps, [images.shape[0], this.size]);
  }
}
