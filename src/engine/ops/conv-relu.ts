import * as tf from '../tensorflow.ts';
import { ensureKernel, hasKernel, runKernel } from './kernel.ts';
import { reluGradient } from './relu-gradient.ts';

const KERNEL = 'CurlewConvRelu';

function convolutionAttributes(strides: number) {
  return { strides: [strides, strides], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] };
}

/** Gradients of filter, bias and, where somebody asks, input. */
interface Gradients {
  filter: tf.Tensor;
  bias: tf.Tensor;
  input(): tf.Tensor;
}

type Saved = Record<'x' | 'filter' | 'y', tf.Tensor4D>;

/** In passes over dy that leave out what the ReLU stopped. */
function fused({ x, filter, y }: Saved, dy: tf.Tensor4D, attributes: Record<string, unknown>): Gradients {
  const [dFilter, bias] = runKernel<tf.Tensor[]>('CurlewConvReluParameterGrads', { x, dy, y }, attributes);
  const input = () => runKernel<tf.Tensor4D>('CurlewConvReluInputGrad', { dy, y, filter }, attributes);
  return { filter: dFilter, bias, input };
}

/** The same by kernels that every backend has. */
function composed({ x, filter, y }: Saved, dy: tf.Tensor4D, attributes: Record<string, unknown>): Gradients {
  const upstream = reluGradient(dy, y);
  return {
    filter: runKernel<tf.Tensor4D>('Conv2DBackpropFilter', { x, dy: upstream }, attributes),
    bias: tf.sum(upstream, [0, 1, 2]),
    input: () => runKernel<tf.Tensor4D>('Conv2DBackpropInput', { dy: upstream, filter }, attributes),
  };
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
    const gradients = hasKernel('CurlewConvReluParameterGrads') ? fused : composed;
    const {
      filter: dFilter,
      bias,
      input,
    } = gradients({ x, filter, y }, dy as tf.Tensor4D, {
      strides: [strides, strides],
      pad: 'valid',
      dataFormat: 'NHWC',
      dimRoundingMode: undefined,
      filterShape: filter.shape,
      inputShape: x.shape,
    });
    return { x: input, filter: () => dFilter, bias: () => bias };
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
