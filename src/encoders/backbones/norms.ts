import { z } from 'zod';
import { Parameters, tf } from '../../engine/index.ts';

/** Options of backbones: what every convolution has beside its kernel and bias. */
export const normOption = z
  .enum(['none', 'layer', 'spectral'])
  .default('none')
  .describe(
    "of every convolution: none, a layer norm after it, or its kernel over the kernel's largest singular value",
  );

export type ConvolutionNorm = z.output<typeof normOption>;

/** Squarings of W^T W: two to this power of power iterations. */
const SQUARINGS = 5;

/** The largest singular value of a matrix `[M, N]` and the outer product of its singular vectors, by repeated squaring. */
function topSingular(matrix: tf.Tensor2D): { sigma: tf.Scalar; outer: tf.Tensor2D } {
  let gram = tf.matMul(matrix, matrix, true, false) as tf.Tensor2D;
  for (let i = 0; i < SQUARINGS; i++) {
    // Kept near 1: powers would leave the range of floats.
    gram = tf.div(gram, tf.max(tf.abs(gram)));
    gram = tf.matMul(gram, gram) as tf.Tensor2D;
  }
  // Every row of the power is the top right singular vector times something; its longest is least disturbed.
  const lengths = tf.sum(tf.square(gram), 1) as tf.Tensor1D;
  const row = tf.reshape(tf.gather(gram, tf.argMax(lengths)), [-1, 1]) as tf.Tensor2D;
  const right = tf.div<tf.Tensor2D>(row, tf.norm(row));
  const image = tf.matMul(matrix, right) as tf.Tensor2D;
  const sigma = tf.norm(image) as tf.Scalar;
  return { sigma, outer: tf.div(tf.matMul(image, right, false, true), sigma) };
}

/**
 * Spectral normalisation (Miyato et al., arXiv 1802.05957): the kernel over the largest singular value of its matrix
 * `[k k inputs, filters]`. The gradient is that of eq. 12, singular vectors constant. Nothing is kept between calls, so
 * that copies of a network and resumed runs need no care.
 */
export function spectralNorm<T extends tf.Tensor>(kernel: T): T {
  const normalised = tf.customGrad((...args) => {
    const [w, save] = args as unknown as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const { sigma, outer } = topSingular(tf.reshape(w, [-1, w.shape[w.rank - 1]]));
    const value = tf.div<tf.Tensor>(w, sigma);
    save([value, tf.reshape(outer, w.shape), sigma]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [result, top, scale] = saved;
        return tf.div(tf.sub(dy, tf.mul(tf.sum(tf.mul(dy, result)), top)), scale);
      },
    };
  });
  return normalised(kernel) as T;
}

/**
 * Layer normalisation of feature maps `[B, H, W, C]` (Ba et al., arXiv 1607.06450): over all of an image's numbers, with
 * a scale and a shift for each channel, so that maps of any size take it.
 */
export class MapNorm {
  readonly parameters = new Parameters();
  readonly #gamma: tf.Variable<tf.Rank.R1>;
  readonly #beta: tf.Variable<tf.Rank.R1>;

  constructor(channels: number) {
    this.#gamma = this.parameters.add('gamma', tf.ones<tf.Rank.R1>([channels]));
    this.#beta = this.parameters.add('beta', tf.zeros<tf.Rank.R1>([channels]));
  }

  apply(maps: tf.Tensor4D): tf.Tensor4D {
    const centred = tf.sub<tf.Tensor4D>(maps, tf.mean(maps, [1, 2, 3], true));
    const variance = tf.mean(tf.square(centred), [1, 2, 3], true);
    const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(unit, this.#gamma), this.#beta);
  }
}
