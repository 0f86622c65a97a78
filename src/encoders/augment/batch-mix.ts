import type { Random } from '../../base/index.ts';
import { tf } from '../../engine/index.ts';
import { symmetricBeta } from './beta.ts';
import { cutmixBox } from './mixing.ts';

/** How the images of a batch are mixed with each other. */
export interface BatchMix {
  /** `[B]`: share of an image's own content that is left, at least a half. */
  share: tf.Tensor1D;
  /** `[B]`, integers: which image of the batch the rest comes from. */
  partner: tf.Tensor1D;
  /** Mixes images `[B, H, W, C]` in this way; all frames of a stack alike. */
  apply(images: tf.Tensor4D): tf.Tensor4D;
}

export interface MixOptions {
  mix: 'mixup' | 'cutmix';
  /** Shares are drawn from Beta(alpha, alpha). */
  mixAlpha: number;
}

/** A random order of 0 to n - 1. */
function permutation(random: Random, n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Draws a mixture of a batch: each image is blended with another one (Mixup, arXiv 1710.09412), or gets a box of it
 * (CutMix, arXiv 1905.04899). Shares are lambda or 1 - lambda, whichever is larger, as i-Mix has it (arXiv 2010.08887).
 */
export function drawMix(
  random: Random,
  [batch, height, width]: readonly number[],
  { mix, mixAlpha }: MixOptions,
): BatchMix {
  const partner = tf.tensor1d(permutation(random, batch), 'int32');
  const shares = Float32Array.from({ length: batch }, () => {
    const lambda = symmetricBeta(random, mixAlpha);
    return Math.max(lambda, 1 - lambda);
  });
  let own: tf.Tensor4D;
  if (mix === 'mixup') own = tf.tensor4d(shares, [batch, 1, 1, 1]);
  else {
    const mask = new Float32Array(batch * height * width).fill(1);
    shares.forEach((lambda, i) => {
      const centre = { y: random.integer(height), x: random.integer(width) };
      const box = cutmixBox({ height, width }, lambda, centre);
      for (let y = box.top; y < box.top + box.height; y++) {
        const from = (i * height + y) * width + box.left;
        mask.fill(0, from, from + box.width);
      }
      // What is left of the image itself: the box may have been cut off at an edge.
      shares[i] = 1 - (box.height * box.width) / (height * width);
    });
    own = tf.tensor4d(mask, [batch, height, width, 1]);
  }
  return {
    share: tf.tensor1d(shares),
    partner,
    apply: (images) => {
      const others = tf.gather(images, partner);
      // others + own (images - others)
      return tf.add(others, tf.mul(own, tf.sub(images, others)));
    },
  };
}
