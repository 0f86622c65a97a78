import * as tf from './tensorflow.ts';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { filterGradient, inputGradient } from './composed/convolution.ts';
import { onFreshWeights, PACKED_INPUTS } from './composed/fresh-weights.ts';
import { identity } from './composed/identity.ts';
import { maxPoolGradient } from './composed/max-pool.ts';
import { transposedProduct } from './composed/matmul.ts';
import { Scratch } from './composed/scratch.ts';
import type { ComposedKernel, Kernel, Library } from './composed/scratch.ts';
import { segmentSum } from './composed/segment-sum.ts';
import { imageSum } from './composed/sum.ts';

/** Training kernels that the wasm backend lacks, or has in a form too slow to train with. */
const COMPOSED: Record<string, ComposedKernel> = {
  Conv2DBackpropFilter: filterGradient,
  Conv2DBackpropInput: inputGradient,
  BatchMatMul: transposedProduct('BatchMatMul'),
  _FusedMatMul: transposedProduct('_FusedMatMul'),
  Sum: imageSum,
  UnsortedSegmentSum: segmentSum,
  MaxPoolGrad: maxPoolGradient,
  Identity: identity,
};

/** The library's kernels that composed ones call. */
const PARTS = [
  ...['AvgPool', 'BatchMatMul', '_FusedMatMul', 'Conv2D', 'Multiply', 'PadV2'],
  ...['Reshape', 'Reverse', 'Slice', 'Sum', 'Transpose'],
];

/**
 * Registers the composed kernels on the wasm backend, which must have been started. Each leaves arguments that it
 * does not cover to the library's kernel.
 *
 * @param weightsChangeInPlace weights keep their tensors while their values change (our optimiser kernels do that)
 * @returns what puts the library's kernels back
 */
export function installComposedKernels(weightsChangeInPlace = false): () => void {
  const library: Library = {};
  for (const name of PARTS) library[name] = kernelOf(name)!;
  const names = new Set([
    ...Object.keys(COMPOSED),
    ...(weightsChangeInPlace ? Object.keys(PACKED_INPUTS) : []),
  ]);
  const replaced = [...names].map(
    (name) => [name, tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined] as const,
  );
  for (const [name] of replaced) {
    const original = kernelOf(name);
    const kernel = name in COMPOSED ? compose(name, COMPOSED[name], original, library) : original!;
    register(
      name,
      weightsChangeInPlace && name in PACKED_INPUTS ? onFreshWeights(kernel, PACKED_INPUTS[name]) : kernel,
    );
  }
  return () => {
    for (const [name, original] of replaced) {
      tf.unregisterKernel(name, 'wasm');
      if (original) tf.registerKernel(original);
    }
  };
}

function kernelOf(name: string): Kernel | undefined {
  const config = tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined;
  return config?.kernelFunc as unknown as Kernel | undefined;
}

function compose(
  name: string,
  composed: ComposedKernel,
  original: Kernel | undefined,
  library: Library,
): Kernel {
  return (args) => {
    const scratch = new Scratch(args.backend, library);
    let result: tf.TensorInfo | null = null;
    try {
      result = composed(args, scratch);
    } finally {
      scratch.free(result);
    }
    if (result) return result;
    if (!original) throw new Error(`The wasm engine has no ${name} for these arguments.`);
    return original(args);
  };
}

function register(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) =>
    kernel({
      inputs: inputs as Record<string, tf.TensorInfo>,
      attrs: (attrs ?? {}) as Record<string, unknown>,
      backend: backend as BackendWasm,
    });
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}
