import * as tf from '../tensorflow.ts';
import { hasKernel, runKernel } from './kernel.ts';

/** dy where the output y of a ReLU is positive, else 0. */
export function reluGradient<T extends tf.Tensor>(dy: T, y: T): T {
  if (hasKernel('CurlewReluGrad')) return runKernel<T>('CurlewReluGrad', { dy, y });
  return tf.mul(dy, tf.step(y));
}
