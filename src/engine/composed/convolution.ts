import * as tf from '../tensorflow.ts';
import type { ComposedKernel } from './scratch.ts';

type Shape4 = [number, number, number, number];

function geometry(inputShape: number[], filterShape: number[], attrs: Record<string, unknown>) {
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    attrs.strides as number | [number, number],
    1,
    attrs.pad as 'valid' | 'same' | number,
    attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    false,
    tf.backend_util.convertConv2DDataFormat((attrs.dataFormat ?? 'NHWC') as 'NHWC' | 'NCHW'),
  );
}

/**
 * Weight gradient: the images `[channel, height, width, batch]` convolved with the output gradients
 * `[height, width, batch, out]`, dilated by the stride, give `[channel, kh, kw, out]`.
 */
export const filterGradient: ComposedKernel = ({ inputs: { x, dy }, attrs }, scratch) => {
  const filterShape = attrs.filterShape as Shape4;
  const info = geometry(x.shape, filterShape, attrs);
  if (info.dataFormat !== 'channelsLast') return null;
  const [kh, kw, channels, out] = filterShape;
  const { strideHeight, strideWidth, inHeight, inWidth, outHeight, outWidth } = info;
  const { top, left } = info.padInfo;
  // Exactly as far as the last window reaches, which may be beyond the image or short of its end.
  const bottom = Math.max(0, (outHeight - 1) * strideHeight + kh - inHeight - top);
  const right = Math.max(0, (outWidth - 1) * strideWidth + kw - inWidth - left);
  const padded = scratch.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  // Two steps, because the library's transpose of four axes at once is slower than two of its fast cases.
  const images = scratch.transpose(scratch.transpose(padded, [1, 2, 3, 0]), [2, 0, 1, 3]);
  const gradients = scratch.transpose(dy, [1, 2, 0, 3]);
  const noPad: [number, number][] = [
    [0, 0],
    [0, 0],
  ];
  const result = scratch.convolve(images, gradients, noPad, [strideHeight, strideWidth]);
  // Rows and columns that no window reaches give taps beyond the filter.
  return scratch.slice(scratch.transpose(result, [1, 2, 0, 3]), [0, 0, 0, 0], [kh, kw, channels, out]);
};

/**
 * Input gradient. At stride 1: the output gradients, padded, convolved with the flipped filter. At stride s the
 * same for each of the s x s phases of an input pixel, all phases in one convolution (a sub-pixel convolution),
 * whose channels are then laid out as pixels.
 */
export const inputGradient: ComposedKernel = ({ inputs: { dy, filter }, attrs }, scratch) => {
  const inputShape = attrs.inputShape as Shape4;
  const [kh, kw, channels, out] = filter.shape;
  const info = geometry(inputShape, filter.shape, attrs);
  if (info.dataFormat !== 'channelsLast') return null;
  const { strideHeight: sh, strideWidth: sw, outHeight, outWidth, batchSize } = info;
  const [, height, width] = inputShape;
  const { top, left } = info.padInfo;

  // Filter taps k = u * stride + phase: [u, phase, v, phase', ...] -> [u, v, out, phase, phase', channel], flipped.
  const u = Math.ceil(kh / sh);
  const v = Math.ceil(kw / sw);
  let taps = filter;
  if (sh * sw > 1) {
    taps = scratch.pad(filter, [
      [0, u * sh - kh],
      [0, v * sw - kw],
      [0, 0],
      [0, 0],
    ]);
    taps = scratch.reshape(taps, [u, sh, v, sw, channels * out]);
    taps = scratch.reshape(scratch.transpose(taps, [0, 2, 1, 3, 4]), [u, v, sh * sw * channels, out]);
  }
  taps = scratch.transpose(scratch.call('Reverse', { x: taps }, { dims: [0, 1] }), [0, 1, 3, 2]);
  let result = scratch.convolve(
    dy,
    taps,
    [
      [u - 1, u - 1],
      [v - 1, v - 1],
    ],
    [1, 1],
  );

  const fullHeight = (outHeight + u - 1) * sh;
  const fullWidth = (outWidth + v - 1) * sw;
  if (sh * sw > 1) {
    const split = scratch.reshape(result, [
      batchSize * (outHeight + u - 1),
      outWidth + v - 1,
      sh,
      sw * channels,
    ]);
    result = scratch.transpose(split, [0, 2, 1, 3]);
  }
  // From the padded image back to the image: crop, and zeros where no window reached.
  const shortHeight = Math.max(0, top + height - fullHeight);
  const shortWidth = Math.max(0, left + width - fullWidth);
  result = scratch.reshape(result, [batchSize, fullHeight, fullWidth * channels]);
  result = scratch.pad(result, [
    [0, 0],
    [0, shortHeight],
    [0, shortWidth * channels],
  ]);
  result = scratch.slice(result, [0, top, left * channels], [batchSize, height, width * channels]);
  return scratch.reshape(result, inputShape);
};
