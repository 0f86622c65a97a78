import { Random } from '../../src/base/index.ts';
import type { AugmentationName } from '../../src/encoders/index.ts';
import { tf } from '../../src/engine/index.ts';

type Images = tf.Tensor4D;

/** A number for each image of a batch, to go with `[B, H, W, C]`. */
const each = (random: Random, n: number, low: number, high: number) =>
  tf.tensor4d(
    Float32Array.from({ length: n }, () => random.uniform(low, high)),
    [n, 1, 1, 1],
  );

/** Weighted sums over the colours of every frame, in all three channels. */
function grey(images: Images): Images {
  const [n, height, width, channels] = images.shape;
  const colours = tf.reshape(images, [n, height, width, channels / 3, 3]);
  const luma = tf.sum(tf.mul(colours, tf.tensor1d([0.2989, 0.587, 0.114])), 4, true);
  return tf.reshape(tf.tile(luma, [1, 1, 1, 1, 3]), images.shape);
}

const clip = (images: tf.Tensor): Images => tf.clipByValue(images, 0, 1) as Images;

const blend = (a: Images, b: tf.Tensor, share: tf.Tensor): Images =>
  clip(tf.add(b, tf.mul(share, tf.sub(a, b))));

/** Boxes of an image as fractions, for `cropAndResize`. */
function boxes(random: Random, images: Images, smallest: number): Images {
  const [n, height, width] = images.shape;
  const rows = Array.from({ length: n }, () => {
    const side = random.uniform(smallest, 1);
    const [top, left] = [random.uniform(0, 1 - side), random.uniform(0, 1 - side)];
    return [top, left, top + side, left + side];
  });
  return tf.image.cropAndResize(images, tf.tensor2d(rows), tf.range(0, n, 1, 'int32'), [height, width]);
}

/** A turn of the colours in YIQ, the usual shortcut on a backend: one matrix for each image. */
function turned(random: Random, images: Images): Images {
  const [n, height, width, channels] = images.shape;
  const colours = tf.reshape(images, [n, (height * width * channels) / 3, 3]);
  const matrices = tf.tensor3d(random.normals(9 * n), [n, 3, 3]);
  return clip(tf.reshape(tf.matMul(colours, matrices), images.shape));
}

/**
 * The augmentations as tensor operations on a whole batch of floats `[B, H, W, C]`, as one would write them for a backend.
 * They cost what such code costs; they are not held to the bytes of the ones in use. RandAugment draws other operations
 * for each image, so that a batch has no common form.
 */
export const tensorOps: Partial<Record<AugmentationName, (images: Images, random: Random) => Images>> = {
  crop: (images, random) => boxes(random, images, 0.9),
  shift: (images, random) =>
    boxes(
      random,
      tf.mirrorPad(
        images,
        [
          [0, 0],
          [4, 4],
          [4, 4],
          [0, 0],
        ],
        'symmetric',
      ),
      0.9,
    ),
  resizedCrop: (images, random) => boxes(random, images, 0.3),
  flip: (images, random) => blend(images, tf.reverse(images, 2), each(random, images.shape[0], 0, 1)),
  colorJitter: (images, random) => {
    const n = images.shape[0];
    const bright = clip(tf.mul(images, each(random, n, 0.6, 1.4)));
    const middle = tf.mean(grey(bright), [1, 2, 3], true);
    const contrasted = blend(bright, middle, each(random, n, 0.6, 1.4));
    const saturated = blend(contrasted, grey(contrasted), each(random, n, 0.6, 1.4));
    return turned(random, saturated);
  },
  grayscale: (images) => grey(images),
  blur: (images) => {
    const channels = images.shape[3];
    const taps = Array.from({ length: 9 }, (_, i) => Math.exp(-((i - 4) ** 2) / 2));
    const kernel = (height: number, width: number) =>
      tf.tile(tf.tensor4d(taps, [height, width, 1, 1]), [1, 1, channels, 1]) as tf.Tensor4D;
    const across = tf.depthwiseConv2d(images, kernel(1, 9), 1, 'same');
    return tf.depthwiseConv2d(across, kernel(9, 1), 1, 'same');
  },
  solarize: (images) => tf.where(tf.greaterEqual(images, 0.5), tf.sub(1, images), images),
  cutout: (images) => {
    const [n, height, width] = images.shape;
    return tf.mul(images, tf.ones([n, height, width, 1]));
  },
};
