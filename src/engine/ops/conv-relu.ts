import * as tf from '../tensorflow.ts';
import { ensureKernel, hasKernel, runKernel } from './kernel.ts';
import { reluGradient } from './relu-gradient.ts';

const KERNEL = 'CurlewConvRelu';

function convolutionAttributes(strides: number) {
  return { strides: [strides, strides], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] };
}

/** Gradients of filter and bias: both in one pass where the backend has a kernel for that. */
function parameterGradients(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  attributes: Record<string, unknown>,
): [() => tf.Tensor, () => tf.Tensor] {
  if (hasKernel('CurlewConvParameterGrads')) {
    const [filter, bias] = runKernel<tf.Tensor[]>('CurlewConvParameterGrads', { x, dy }, attributes);
    return [() => filter, () => bias];
  }
  return [
    () => runKernel<tf.Tensor4D>('Conv2DBackpropFilter', { x, dy }, attributes),
    () => tf.sum(dy, [0, 1, 2]),
  ];
}

// Gradients of the library's fused convolution fall back to separate operations while a tape is recorded; this
// one keeps the fused forward and asks for the input's gradient only where it is needed.
tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ['x', 'filter'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, filter, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const { strides } = attributes as unknown as { strides: number };
    const upstream = reluGradient(dy as tf.Tensor4D, y);
    const common = {
      strides: [strides, strides],
      pad: 'valid',
      dataFormat: 'NHWC',
      dimRoundingMode: undefined,
    };
    const [filterGradient, biasGradient] = parameterGradients(x, upstream, {
      ...common,
      filterShape: filter.shape,
    });
    return {
      x: () =>
        runKernel<tf.Tensor4D>(
          'Conv2DBackpropInput',
          { dy: upstream, filter },
          { ...common, inputShape: x.shape },
        ),
      filter: filterGradient,
      bias: biasGradient,
    };
  },
});

/**
 * relu(conv2d(x, filter) + bias) without padding.
 * @param x images `[B, H, W, C]`
 * @param filter kernel `[k, k, C, F]`
 * @param bias `[F]`
 * @param strides step in both directions
 * @returns `[B, (H-k)/strides+1, (W-k)/strides+1, F]`
 */
export function convRelu(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  strides: number,
): tf.Tensor4D {
  ensureKernel(KERNEL, ({ inputs, attributes, call }) =>
    call('FusedConv2D', inputs, {
      ...convolutionAttributes(attributes.strides as number),
      activation: 'relu',
    }),
  );
  return runKernel<tf.Tensor4D>(KERNEL, { x, filter, bias }, { strides });
}
