import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './scratch.ts';

/**
 * Inputs whose repacked form the library keeps for as long as the tensor lives. Our kernels update weights in
 * place; the library would go on with the old values.
 */
export const PACKED_INPUTS: Record<string, string[]> = {
  Conv2D: ['filter'],
  FusedConv2D: ['filter', 'bias', 'preluActivationWeights'],
  DepthwiseConv2dNative: ['filter'],
  FusedDepthwiseConv2D: ['filter', 'bias', 'preluActivationWeights'],
  BatchMatMul: ['b'],
  _FusedMatMul: ['b', 'bias', 'preluActivationWeights'],
  Prelu: ['alpha'],
};

/** The same kernel on copies of the inputs that the library would keep repacked. */
export function onFreshWeights(kernel: Kernel, packed: string[]): Kernel {
  return (args) => {
    const { backend } = args;
    const inputs = { ...args.inputs };
    const copies: TensorInfo[] = [];
    try {
      for (const name of packed) {
        const original = inputs[name];
        if (!original) continue;
        const copy = backend.makeOutput(original.shape, original.dtype);
        copies.push(copy);
        backend.typedArrayFromHeap(copy).set(backend.typedArrayFromHeap(original));
        inputs[name] = copy;
      }
      return kernel({ ...args, inputs });
    } finally {
      for (const copy of copies) backend.disposeData(copy.dataId);
    }
  };
}
