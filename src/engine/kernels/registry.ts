import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { RunError } from '../../base/index.ts';
import type { KernelRuntime } from './runtime.ts';

/** What a kernel gets from TensorFlow.js, with the types that the wasm backend works on. */
export interface KernelArguments {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: BackendWasm;
  runtime: KernelRuntime;
}

/** One of our kernels; `null` where it does not cover the arguments. */
export type OwnKernel = (args: KernelArguments) => tf.TensorInfo | tf.TensorInfo[] | null;

/**
 * Registers kernels on the wasm backend in place of those that are there. Arguments that ours do not cover go to
 * the kernel that was there before.
 * @returns what puts the former kernels back
 */
export function registerKernels(kernels: Record<string, OwnKernel>, runtime: KernelRuntime): () => void {
  const replaced = Object.entries(kernels).map(([name, kernel]) => {
    const former = tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined;
    if (former) tf.unregisterKernel(name, 'wasm');
    const kernelFunc: tf.KernelFunc = (args) => {
      const inputs = args.inputs as Record<string, tf.TensorInfo>;
      const attrs = (args.attrs ?? {}) as Record<string, unknown>;
      const backend = args.backend as BackendWasm;
      const compute = () => kernel({ inputs, attrs, backend, runtime });
      const result = compute();
      if (result && runtime.lost) return repeat(name, result, compute, runtime, backend);
      if (result) return result;
      if (former) return former.kernelFunc(args);
      throw new Error(`The wasm engine has no ${name} for these arguments.`);
    };
    // Set-up and disposal belong to the former kernel: the backend has set that up already.
    tf.registerKernel({ kernelName: name, backendName: 'wasm', kernelFunc });
    return { name, former };
  });
  return () => {
    for (const { name, former } of replaced) {
      tf.unregisterKernel(name, 'wasm');
      if (former) tf.registerKernel(former);
    }
  };
}

/** Kernels that write into their inputs: half done, they cannot be repeated. */
const IN_PLACE = new Set(['CurlewAdam', 'CurlewEma']);

/**
 * Computes again, on one thread, what was not finished because a thread died.
 * @throws RunError where that would give wrong values
 */
function repeat(
  name: string,
  unfinished: tf.TensorInfo | tf.TensorInfo[],
  compute: () => ReturnType<OwnKernel>,
  runtime: KernelRuntime,
  backend: BackendWasm,
): tf.TensorInfo | tf.TensorInfo[] {
  for (const { dataId } of [unfinished].flat()) backend.disposeData(dataId);
  const result = IN_PLACE.has(name) || !runtime.continueAlone() ? null : compute();
  if (!result) {
    throw new RunError('A kernel thread died in the middle of a step; go on from the last checkpoint.');
  }
  return result;
}

/** A new float32 tensor on the backend, its values not yet set. */
export function output(backend: BackendWasm, shape: number[]): tf.TensorInfo {
  return backend.makeOutput(shape, 'float32');
}

export function areFloats(...tensors: (tf.TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === 'float32');
}

export const sizeOf = (tensor: tf.TensorInfo): number => tf.util.sizeFromShape(tensor.shape);
