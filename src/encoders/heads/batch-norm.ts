import { InputError } from '../../base/index.ts';
import { Parameters, tf } from '../../engine/index.ts';

/**
 * Batch normalisation of `[B, size]` with the statistics of the batch itself (Ioffe & Szegedy, arXiv 1502.03167):
 * projection heads are used only while they train, so no running statistics are kept. With `splits` > 1 samples are
 * normalised in groups, sample i in group i mod splits, which on one device stands for MoCo's shuffling between
 * several (a shuffle and its inverse around an ordinary batch norm would change nothing).
 */
export class BatchNorm {
  readonly parameters = new Parameters();
  readonly #splits: number;
  readonly #gamma: tf.Variable<tf.Rank.R1> | null;
  readonly #beta: tf.Variable<tf.Rank.R1> | null;

  /** @param options which of scale and shift are learned */
  constructor(size: number, options: { scale: boolean; shift: boolean; splits?: number }) {
    this.#splits = options.splits ?? 1;
    this.#gamma = options.scale ? this.parameters.add('gamma', tf.ones<tf.Rank.R1>([size])) : null;
    this.#beta = options.shift ? this.parameters.add('beta', tf.zeros<tf.Rank.R1>([size])) : null;
  }

  /** @throws InputError where the batch does not divide into the splits */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    const [batch, size] = x.shape;
    if (batch % this.#splits !== 0) {
      throw new InputError(
        `train.batchSize (${batch}) must be a multiple of encoder.splits (${this.#splits}).`,
      );
    }
    const groups = tf.reshape(x, [batch / this.#splits, this.#splits * size]);
    const centred = tf.sub(groups, tf.mean(groups, 0, true));
    const variance = tf.mean(tf.square(centred), 0, true);
    let y = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), [batch, size]) as tf.Tensor2D;
    if (this.#gamma) y = tf.mul(y, this.#gamma);
    if (this.#beta) y = tf.add(y, this.#beta);
    return y;
  }
}
