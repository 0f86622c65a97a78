import type { Snapshot } from '../base/index.ts';
import { tf } from '../engine/index.ts';
import type { Backbone, ImageShape } from './encoder.ts';

/** What pictures are moved by before a network sees them. */
export type Centring = 'none' | 'half' | 'mean';

/** The middle of pixels that are scaled to [0, 1]. */
const HALF = 0.5;

/**
 * Moves pictures so that what never changes in them is near 0: by a half, as DrQ-v2 does (Yarats et al., arXiv
 * 2107.09645, appendix), or by the mean picture of a random agent, kept as it is from then on, as random network
 * distillation does (Burda et al., arXiv 1810.12894, section 2.4).
 *
 * Why: where a few pixels of a still picture matter, as in most games, the rest of it fills every embedding with one
 * and the same vector. A layer norm then divides by that vector's size, and what is left of the player and the ball is
 * a few percent of noise; hundreds of updates go into learning the background away.
 */
export class PictureCentre {
  readonly kind: Centring;
  readonly #shape: ImageShape;
  #mean: tf.Tensor4D | null = null;

  /** @param shape of the images that networks see */
  constructor(kind: Centring, shape: ImageShape) {
    this.kind = kind;
    this.#shape = shape;
  }

  /** Whether `measure` has to be called first. Until then nothing is moved. */
  get wanting(): boolean {
    return this.kind === 'mean' && this.#mean === null;
  }

  /** Images `[B, H, W, C]` in [0, 1], moved. */
  apply(images: tf.Tensor4D): tf.Tensor4D {
    if (this.kind === 'half') return tf.sub(images, HALF);
    return this.#mean ? tf.sub(images, this.#mean) : images;
  }

  /** Takes the mean of pictures in bytes, `[n, H, W, C]`, one array or several. */
  measure(parts: Iterable<Uint8Array>): void {
    const { height, width, channels } = this.#shape;
    const sum = new Float64Array(height * width * channels);
    let count = 0;
    for (const bytes of parts) {
      for (let i = 0; i < bytes.length; i++) sum[i % sum.length] += bytes[i];
      count += bytes.length / sum.length;
    }
    this.#set(Float32Array.from(sum, (total) => total / count / 255));
  }

  #set(mean: Float32Array): void {
    const { height, width, channels } = this.#shape;
    this.#mean?.dispose();
    this.#mean = tf.keep(tf.tensor4d(mean, [1, height, width, channels]));
  }

  /** Takes the mean picture of another run over. */
  copyFrom(source: PictureCentre): void {
    if (source.#mean) this.#set(source.#mean.dataSync() as Float32Array);
  }

  async state(): Promise<Snapshot> {
    if (!this.#mean) return { tensors: {}, values: {} };
    const data = Float32Array.from(await this.#mean.data());
    return { tensors: { mean: { shape: this.#mean.shape.slice(), data } }, values: {} };
  }

  restore({ tensors }: Snapshot): void {
    const saved = tensors.mean?.data;
    if (saved) this.#set(Float32Array.from(saved as Float32Array));
  }

  dispose(): void {
    this.#mean?.dispose();
    this.#mean = null;
  }
}

/** A backbone whose networks see pictures moved by a centre, which they share. */
export function centredBackbone<Options>(
  backbone: Backbone<Options>,
  centre: PictureCentre,
): Backbone<Options> {
  if (centre.kind === 'none') return backbone;
  return {
    ...backbone,
    trunk: (options, shape, random) => {
      const trunk = backbone.trunk(options, shape, random);
      const { parameters, size } = trunk;
      return { parameters, size, apply: (images) => trunk.apply(centre.apply(images)) };
    },
  };
}
