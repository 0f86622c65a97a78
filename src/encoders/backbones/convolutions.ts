import { InputError, type Random } from '../../base/index.ts';
import { ConvolutionRelu, Parameters, tf } from '../../engine/index.ts';
import type { ImageShape, Trunk } from '../encoder.ts';

export interface ConvolutionSpec {
  filters: number;
  size: number;
  strides: number;
}

/** Convolutions without padding, each with a ReLU, and a flattening in height-width-channel order. */
export class ConvolutionStack implements Trunk {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #layers: ConvolutionRelu[];

  constructor(specs: ConvolutionSpec[], shape: ImageShape, random: Random, options: { delta: boolean }) {
    let { height, width, channels } = shape;
    this.#layers = specs.map(({ filters, size, strides }) => {
      const layer = new ConvolutionRelu(
        { inputs: channels, filters, size, strides, delta: options.delta },
        random,
      );
      height = Math.floor((height - size) / strides) + 1;
      width = Math.floor((width - size) / strides) + 1;
      channels = filters;
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
