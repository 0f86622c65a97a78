import * as tf from '../tensorflow.ts';
import { ensureKernel, runKernel } from './kernel.ts';
import { reluGradient } from './relu-gradient.ts';

const KERNEL = 'CurlewDense';

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ['x', 'kernel'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, kernel, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const { relu } = attributes as unknown as { relu: boolean };
    const upstream = relu ? reluGradient(dy as tf.Tensor2D, y) : (dy as tf.Tensor2D);
    return {
      x: () => tf.matMul(upstream, kernel, false, true),
      kernel: () => tf.matMul(x, upstream, true, false),
      bias: () => tf.sum(upstream, 0),
    };
  },
});

/**
 * x kernel + bias, through a ReLU if asked.
 * @param x `[B, I]`
 * @param kernel `[I, O]`
 * @param bias `[O]`
 * @returns `[B, O]`
 */
export function dense(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D, relu = false): tf.Tensor2D {
  ensureKernel(KERNEL, ({ inputs, attributes, call }) => {
    // The library's kernel works on batches of matrices: [B, I] stands for [1, B, I].
    const lift = (tensor: tf.TensorInfo) => ({ ...tensor, shape: [1, ...tensor.shape] });
    const product = call(
      '_FusedMatMul',
      { a: lift(inputs.x), b: lift(inputs.kernel), bias: inputs.bias },
      { transposeA: false, transposeB: false, activation: attributes.relu ? 'relu' : 'linear' },
    );
    return { ...product, shape: product.shape.slice(1) };
  });
  return runKernel<tf.Tensor2D>(KERNEL, { x, kernel, bias }, { relu });
}
