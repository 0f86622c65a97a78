import { areFloats, output, sizeOf } from './registry.ts';
import type { OwnKernel } from './registry.ts';

/** Bytes times scale as float32: one copy into the backend's memory, then the conversion there. */
export const bytesToFloat: OwnKernel = ({ attrs, backend, runtime }) => {
  const { bytes, shape, scale } = attrs as unknown as { bytes: Uint8Array; shape: number[]; scale: number };
  const y = output(backend, shape);
  if (sizeOf(y) !== bytes.length) {
    throw new Error(`${bytes.length} bytes do not fill a tensor of shape [${shape.join()}].`);
  }
  const scratch = runtime.scratch(Math.ceil(bytes.length / 4));
  runtime.write(bytes, scratch);
  runtime.kernels.bytesToFloat(runtime.pool, scratch, bytes.length, scale, runtime.pointer(y));
  return y;
};

/** dy where the ReLU's output y is positive, else 0. */
export const reluGradient: OwnKernel = ({ inputs: { dy, y }, backend, runtime }) => {
  if (!areFloats(dy, y)) return null;
  const dx = output(backend, dy.shape);
  const { kernels, pool, pointer } = runtime;
  kernels.reluGradient(pool, pointer(dy), pointer(y), sizeOf(dy), pointer(dx));
  return dx;
};
