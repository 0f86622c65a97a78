import * as tf from '../tensorflow.ts';
import type { ComposedKernel } from './scratch.ts';

/**
 * Gradient of max-pooling: each window hands its gradient to the first of its largest inputs. The library's kernel
 * starts its search above zero and so loses the windows that hold negative numbers only.
 */
export const maxPoolGradient: ComposedKernel = ({ inputs: { dy, input }, attrs, backend }) => {
  const info = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs.filterSize as number,
    attrs.strides as number,
    1,
    attrs.pad as 'valid' | 'same' | number,
    attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  const result = backend.makeOutput(input.shape, 'float32');
  // Views are taken after the allocation, which may have grown the memory.
  const into = backend.typedArrayFromHeap(result).fill(0);
  const values = backend.typedArrayFromHeap(input);
  const upstream = backend.typedArrayFromHeap(dy);
  let at = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - info.padInfo.top;
      for (let x = 0; x < outWidth; x++) {
        const left = x * info.strideWidth - info.padInfo.left;
        const firstRow = Math.max(0, top);
        const firstColumn = Math.max(0, left);
        const lastRow = Math.min(inHeight, top + info.filterHeight);
        const lastColumn = Math.min(inWidth, left + info.filterWidth);
        for (let channel = 0; channel < inChannels; channel++) {
          let best = -1;
          for (let row = firstRow; row < lastRow; row++) {
            for (let column = firstColumn; column < lastColumn; column++) {
              const index = ((b * inHeight + row) * inWidth + column) * inChannels + channel;
              if (best < 0 || values[index] > values[best]) best = index;
            }
          }
          into[best] += upstream[at++];
        }
      }
    }
  }
  return result;
};
