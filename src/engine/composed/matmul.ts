import type { TensorInfo } from '../tensorflow.ts';
import type { ComposedKernel, Scratch } from './scratch.ts';

function transposed(x: TensorInfo, scratch: Scratch): TensorInfo {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(perm.pop()!, perm.pop()!);
  return scratch.transpose(x, perm);
}

/** Products with a transposed factor: transpose first, because the library multiplies transposed factors slowly. */
export const transposedProduct =
  (kernel: 'BatchMatMul' | '_FusedMatMul'): ComposedKernel =>
  ({ inputs, attrs }, scratch) => {
    if (!attrs.transposeA && !attrs.transposeB) return null;
    const a = attrs.transposeA ? transposed(inputs.a, scratch) : inputs.a;
    const b = attrs.transposeB ? transposed(inputs.b, scratch) : inputs.b;
    return scratch.call(kernel, { ...inputs, a, b }, { ...attrs, transposeA: false, transposeB: false });
  };
