import { util } from '../tensorflow.ts';
import type { ComposedKernel } from './scratch.ts';

/** Below this many summed values the library's own kernel costs no more. */
const WORTHWHILE = 64;

/**
 * Sum over batch, height and width of `[batch, height, width, channel]` (the gradient of a convolution's bias):
 * an average pool over each image, then the sum over the batch.
 */
export const imageSum: ComposedKernel = ({ inputs: { x }, attrs }, scratch) => {
  const axes = util.parseAxisParam(attrs.axis as number | number[], x.shape).sort((a, b) => a - b);
  if (x.dtype !== 'float32' || x.shape.length !== 4 || axes.join() !== '0,1,2') return null;
  const [batch, height, width, channels] = x.shape;
  if (height * width < WORTHWHILE || batch * channels === 0) return null;
  const means = scratch.call('AvgPool', { x }, { filterSize: [height, width], strides: 1, pad: 'valid' });
  const mean = scratch.call(
    'Sum',
    { x: scratch.reshape(means, [batch, channels]) },
    { axis: [0], keepDims: false },
  );
  const sum = scratch.call('Multiply', { a: mean, b: scratch.scalar(height * width) });
  return attrs.keepDims ? scratch.reshape(sum, [1, 1, 1, channels]) : sum;
};
