import * as tf from '../tensorflow.ts';
import { hasKernel, runKernel } from './kernel.ts';

/** Bytes times `scale` as a float32 tensor: the one place where uint8 pixels become float. */
export function bytesToFloat<R extends tf.Rank>(
  bytes: Uint8Array,
  shape: number[],
  scale = 1 / 255,
): tf.Tensor<R> {
  if (hasKernel('CurlewBytesToFloat')) return runKernel('CurlewBytesToFloat', {}, { bytes, shape, scale });
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i] * scale;
  return tf.tensor<R>(values, shape as tf.ShapeMap[R], 'float32');
}
