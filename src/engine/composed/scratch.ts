import * as tf from '../tensorflow.ts';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What a kernel gets from TensorFlow.js, with the types that the wasm backend works on. */
export interface KernelArguments {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: BackendWasm;
}

export type Kernel = (args: KernelArguments) => tf.TensorInfo;

/** A kernel composed from others; `null` where it does not cover the arguments. */
export type ComposedKernel = (args: KernelArguments, scratch: Scratch) => tf.TensorInfo | null;

/** Kernels of the library by name. */
export type Library = Record<string, Kernel>;

/** Runs the library's kernels and frees every result but the last. */
export class Scratch {
  readonly backend: BackendWasm;
  #library: Library;
  #results: tf.TensorInfo[] = [];

  constructor(backend: BackendWasm, library: Library) {
    this.backend = backend;
    this.#library = library;
  }

  call(
    kernel: string,
    inputs: Record<string, tf.TensorInfo>,
    attrs: Record<string, unknown> = {},
  ): tf.TensorInfo {
    const result = this.#library[kernel]({ inputs, attrs, backend: this.backend });
    this.#results.push(result);
    return result;
  }

  reshape(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    return this.call('Reshape', { x }, { shape });
  }

  transpose(x: tf.TensorInfo, perm: number[]): tf.TensorInfo {
    return this.call('Transpose', { x }, { perm });
  }

  /** Zeros before and after each axis; the tensor itself where there are none. */
  pad(x: tf.TensorInfo, paddings: [number, number][]): tf.TensorInfo {
    if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
    return this.call('PadV2', { x }, { paddings, constantValue: 0 });
  }

  slice(x: tf.TensorInfo, begin: number[], size: number[]): tf.TensorInfo {
    if (size.every((n, axis) => n === x.shape[axis])) return x;
    return this.call('Slice', { x }, { begin, size });
  }

  /** Convolution of NHWC `x` with explicit zeros around its height and width. */
  convolve(
    x: tf.TensorInfo,
    filter: tf.TensorInfo,
    pad: [number, number][],
    dilations: [number, number],
  ): tf.TensorInfo {
    const attrs = { strides: 1, pad: [[0, 0], ...pad, [0, 0]], dataFormat: 'NHWC', dilations };
    return this.call('Conv2D', { x, filter }, attrs);
  }

  scalar(value: number): tf.TensorInfo {
    const result = this.backend.makeOutput([], 'float32', undefined, Float32Array.of(value));
    this.#results.push(result);
    return result;
  }

  /** Frees everything but `kept`. */
  free(kept: tf.TensorInfo | null): void {
    for (const result of this.#results) if (result !== kept) this.backend.disposeData(result.dataId);
    this.#results = [];
  }
}
