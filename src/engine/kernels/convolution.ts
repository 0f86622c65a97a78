import * as tf from '@tensorflow/tfjs-core';
import { areFloats, output, sizeOf } from './registry.ts';
import type { OwnKernel } from './registry.ts';
import type { KernelRuntime } from './runtime.ts';

type Shape4 = [number, number, number, number];
type TensorInfo = tf.TensorInfo;
type ConvInfo = tf.backend_util.Conv2DInfo;

/** Geometry of a convolution that ours cover (NHWC, no dilation, every filter over all channels), else null. */
function geometry(
  inputShape: number[],
  filterShape: number[],
  attrs: Record<string, unknown>,
): ConvInfo | null {
  if ((attrs.dataFormat ?? 'NHWC') !== 'NHWC' || filterShape[2] !== inputShape[3]) return null;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    attrs.strides as number | [number, number],
    (attrs.dilations ?? 1) as number | [number, number],
    attrs.pad as 'valid' | 'same' | number,
    attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  );
  const empty = info.outHeight <= 0 || info.outWidth <= 0 || info.batchSize === 0;
  return empty || info.dilationHeight !== 1 || info.dilationWidth !== 1 ? null : info;
}

/** Writes the shape as kernels read it (`ConvShape` in conv.h). */
function shapeOf(info: ConvInfo, runtime: KernelRuntime): number {
  const { top, left } = info.padInfo;
  // prettier-ignore
  return runtime.words([
    info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.outChannels,
    info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, top, left,
  ]);
}

/** Conv2D and FusedConv2D: x * filter + bias, then ReLU where asked. */
export const convForward: OwnKernel = ({ inputs, attrs, backend, runtime }) => {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const activation = (attrs.activation ?? 'linear') as string;
  if (!areFloats(x, filter, bias) || preluActivationWeights || !['linear', 'relu'].includes(activation))
    return null;
  const info = geometry(x.shape, filter.shape, attrs);
  if (!info || (bias && sizeOf(bias) !== info.outChannels)) return null;
  const y = output(backend, info.outShape);
  const { kernels, pool, threads, pointer } = runtime;
  const shape = shapeOf(info, runtime);
  const scratch = runtime.scratch(kernels.convScratch(shape, 0, threads));
  const biasAt = bias ? pointer(bias) : 0;
  const relu = Number(activation === 'relu');
  kernels.convForward(pool, shape, pointer(x), pointer(filter), biasAt, relu, pointer(y), scratch);
  return y;
};

/** Gradient with respect to the filter. */
export const filterGradient: OwnKernel = (args) => parameterGradients(args, false);

/** Gradients with respect to filter and bias of a convolution and the ReLU after it, whose output is `y`. */
export const convReluParameterGradients: OwnKernel = (args) => parameterGradients(args, true);

function parameterGradients(
  { inputs: { x, dy, y }, attrs, backend, runtime }: Parameters<OwnKernel>[0],
  withBias: boolean,
): ReturnType<OwnKernel> {
  const filterShape = attrs.filterShape as number[];
  const info = areFloats(x, dy, y) ? geometry(x.shape, filterShape, attrs) : null;
  if (!info) return null;
  const dFilter = output(backend, filterShape);
  const dBias = withBias ? output(backend, [info.outChannels]) : null;
  const { kernels, pool, threads } = runtime;
  const at = (tensor?: TensorInfo | null) => (tensor ? runtime.pointer(tensor) : 0);
  const shape = shapeOf(info, runtime);
  const scratch = runtime.scratch(kernels.convScratch(shape, 1, threads));
  kernels.convFilterGradient(pool, shape, at(x), at(dy), at(y), at(dFilter), at(dBias), scratch);
  return dBias ? [dFilter, dBias] : dFilter;
}

/** Gradient with respect to the input; with the output `y` of a ReLU that followed, of both together. */
export const inputGradient: OwnKernel = ({ inputs: { dy, y, filter }, attrs, backend, runtime }) => {
  const inputShape = attrs.inputShape as number[];
  const info = areFloats(dy, y, filter) ? geometry(inputShape, filter.shape, attrs) : null;
  if (!info) return null;
  const dx = output(backend, inputShape);
  const { kernels, pool, threads, pointer } = runtime;
  const shape = shapeOf(info, runtime);
  const scratch = runtime.scratch(kernels.convScratch(shape, 2, threads));
  const outputAt = y ? pointer(y) : 0;
  kernels.convInputGradient(pool, shape, pointer(dy), outputAt, pointer(filter), pointer(dx), scratch);
  return dx;
};
