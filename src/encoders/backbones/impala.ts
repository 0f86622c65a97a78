import { z } from 'zod';
import type { Random } from '../../base/index.ts';
import { Parameters, orthogonal, tf } from '../../engine/index.ts';
import { defineBackbone, type ImageShape, type Trunk } from '../encoder.ts';
import { ReluHead } from './heads.ts';
import { MapNorm, normOption, spectralNorm, type ConvolutionNorm } from './norms.ts';

const positive = z.number().int().positive();

/** A 3x3 convolution with zero padding 1, a norm where asked, and no activation. */
class PaddedConvolution {
  readonly parameters: Parameters;
  readonly #kernel: tf.Variable<tf.Rank.R4>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #spectral: boolean;
  readonly #norm: MapNorm | null;

  constructor(inputs: number, filters: number, norm: ConvolutionNorm, random: Random) {
    const own = new Parameters();
    this.#kernel = own.add('kernel', orthogonal<tf.Rank.R4>([3, 3, inputs, filters], 1, random));
    this.#bias = own.add('bias', tf.zeros<tf.Rank.R1>([filters]));
    this.#spectral = norm === 'spectral';
    this.#norm = norm === 'layer' ? new MapNorm(filters) : null;
    this.parameters = this.#norm ? Parameters.join({ conv: own, norm: this.#norm.parameters }) : own;
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    const kernel = this.#kernel as tf.Tensor4D;
    const filter = this.#spectral ? spectralNorm(kernel) : kernel;
    const maps = tf.add<tf.Tensor4D>(tf.conv2d(x, filter, 1, 'same'), this.#bias);
    return this.#norm ? this.#norm.apply(maps) : maps;
  }
}

/** x + conv(relu(conv(relu(x)))) (Espeholt et al., arXiv 1802.01561). */
export class ResidualBlock {
  readonly parameters: Parameters;
  readonly #first: PaddedConvolution;
  readonly #second: PaddedConvolution;

  constructor(filters: number, random: Random, norm: ConvolutionNorm = 'none') {
    this.#first = new PaddedConvolution(filters, filters, norm, random);
    this.#second = new PaddedConvolution(filters, filters, norm, random);
    this.parameters = Parameters.join({ a: this.#first.parameters, b: this.#second.parameters });
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    return tf.add(x, this.#second.apply(tf.relu(this.#first.apply(tf.relu(x)))));
  }
}

/** Convolution, 3x3 max-pooling with stride 2 and padding 1 on every side, two residual blocks. */
export class ImpalaSequence {
  readonly parameters: Parameters;
  readonly #convolution: PaddedConvolution;
  readonly #blocks: ResidualBlock[];

  constructor(inputs: number, filters: number, random: Random, norm: ConvolutionNorm = 'none') {
    this.#convolution = new PaddedConvolution(inputs, filters, norm, random);
    this.#blocks = [new ResidualBlock(filters, random, norm), new ResidualBlock(filters, random, norm)];
    this.parameters = Parameters.join({
      conv: this.#convolution.parameters,
      res1: this.#blocks[0].parameters,
      res2: this.#blocks[1].parameters,
    });
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    const pooled = tf.maxPool(this.#convolution.apply(x), 3, 2, 1, 'floor');
    return this.#blocks.reduce((maps, block) => block.apply(maps), pooled);
  }
}

class ImpalaTrunk implements Trunk {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #sequences: ImpalaSequence[];

  constructor(filters: number[], norm: ConvolutionNorm, shape: ImageShape, random: Random) {
    let { height, width, channels } = shape;
    this.#sequences = filters.map((count) => {
      const sequence = new ImpalaSequence(channels, count, random, norm);
      height = Math.floor((height - 1) / 2) + 1;
      width = Math.floor((width - 1) / 2) + 1;
      channels = count;
      return sequence;
    });
    this.size = height * width * channels;
    this.parameters = Parameters.join(
      Object.fromEntries(this.#sequences.map((sequence, i) => [`sequence${i + 1}`, sequence.parameters])),
    );
  }

  apply(images: tf.Tensor4D): tf.Tensor2D {
    const maps = this.#sequences.reduce((x, sequence) => sequence.apply(x), images);
    return tf.reshape(tf.relu(maps), [images.shape[0], this.size]);
  }
}

/** The residual network of IMPALA (arXiv 1802.01561), as Procgen uses it. */
export const impala = defineBackbone({
  description: 'residual blocks with max-pooling and a dense layer (IMPALA)',
  options: z.strictObject({
    filters: z.array(positive).min(1).default([16, 32, 32]).describe('filters of each sequence'),
    norm: normOption,
    features: positive.default(256).describe('size of the embedding'),
  }),
  trunk: ({ filters, norm }, shape, random) => new ImpalaTrunk(filters, norm, shape, random),
  head: ({ features }, size, random) => new ReluHead(size, features, random),
});
