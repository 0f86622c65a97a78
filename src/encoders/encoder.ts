import type { z } from 'zod';
import type { Random } from '../base/index.ts';
import { Parameters, type tf } from '../engine/index.ts';

/** Height, width and channels of the images that a network sees (after cropping). */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** The convolutional part of a pixel network: what agent and objective share. */
export interface Trunk {
  readonly parameters: Parameters;
  /** Length of the flattened feature vector. */
  readonly size: number;
  /** Images `[B, H, W, C]`, scaled to [0, 1] -> features `[B, size]`. */
  apply(images: tf.Tensor4D): tf.Tensor2D;
}

/** The dense part from features to the embedding; each user of a trunk has its own. */
export interface Head {
  readonly parameters: Parameters;
  readonly size: number;
  /** Features `[B, F]` -> embeddings `[B, size]`. */
  apply(features: tf.Tensor2D): tf.Tensor2D;
}

/** A pixel network that experiments can name. */
export interface Backbone<Options = unknown> {
  description: string;
  options: z.ZodType<Options>;
  trunk(options: Options, shape: ImageShape, random: Random): Trunk;
  head(options: Options, features: number, random: Random): Head;
}

/** Fills in the options' types of a registry entry. */
export function defineBackbone<Options>(backbone: Backbone<Options>): Backbone<Options> {
  return backbone;
}

/** A trunk with a head: images to embeddings. */
export class PixelEncoder {
  readonly trunk: Trunk;
  readonly head: Head;
  readonly parameters: Parameters;
  #known: { images: tf.Tensor4D; embeddings: tf.Tensor2D } | null = null;

  constructor(trunk: Trunk, head: Head) {
    this.trunk = trunk;
    this.head = head;
    this.parameters = Parameters.join({ trunk: trunk.parameters, head: head.parameters });
  }

  /** Images `[B, H, W, C]` -> embeddings `[B, head.size]`. */
  encode(images: tf.Tensor4D): tf.Tensor2D {
    return this.#known?.images === images
      ? this.#known.embeddings
      : this.head.apply(this.trunk.apply(images));
  }

  /**
   * Lets `encode` answer with these embeddings for these very images while `run` runs: one forward pass, and one
   * backward pass of the sum of their gradients, for all that see the same images.
   */
  knowing<T>(images: tf.Tensor4D, embeddings: tf.Tensor2D, run: () => T): T {
    this.#known = { images, embeddings };
    try {
      return run();
    } finally {
      this.#known = null;
    }
  }
}

/** A trunk and a head of a backbone with fresh weights. */
export function newEncoder<Options>(
  backbone: Backbone<Options>,
  options: Options,
  shape: ImageShape,
  random: Random,
): PixelEncoder {
  const trunk = backbone.trunk(options, shape, random);
  return new PixelEncoder(trunk, backbone.head(options, trunk.size, random));
}
