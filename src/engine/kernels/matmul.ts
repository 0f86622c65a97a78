import { areFloats, output, sizeOf } from './registry.ts';
import type { OwnKernel } from './registry.ts';

/** BatchMatMul and _FusedMatMul: a b + bias over matching batches, each factor transposed where asked, then ReLU. */
export const product: OwnKernel = ({ inputs, attrs, backend, runtime }) => {
  const { a, b, bias, preluActivationWeights } = inputs;
  const activation = (attrs.activation ?? 'linear') as string;
  if (!areFloats(a, b, bias) || preluActivationWeights || !['linear', 'relu'].includes(activation))
    return null;
  const transposeA = Boolean(attrs.transposeA);
  const transposeB = Boolean(attrs.transposeB);
  const [rows, inner] = lastTwo(a.shape, transposeA);
  const [innerB, columns] = lastTwo(b.shape, transposeB);
  const batchShape = a.shape.slice(0, -2);
  const batch = batchShape.reduce((n, size) => n * size, 1);
  // Batches that are broadcast, and products without terms, are rare.
  if (inner !== innerB || batchShape.join() !== b.shape.slice(0, -2).join() || inner === 0) return null;
  if (bias && sizeOf(bias) !== columns) return null;
  const c = output(backend, [...batchShape, rows, columns]);
  const { kernels, pool, threads, pointer } = runtime;
  const scratch = runtime.scratch(kernels.productScratch(rows, inner, columns, threads));
  const biasAt = bias ? pointer(bias) : 0;
  const relu = Number(activation === 'relu');
  const [aAt, bAt, cAt] = [pointer(a), pointer(b), pointer(c)];
  for (let i = 0; i < batch; i++) {
    // prettier-ignore
    kernels.product(
      pool, rows, inner, columns, Number(transposeA), Number(transposeB),
      aAt + 4 * i * rows * inner, bAt + 4 * i * inner * columns, biasAt, relu, cAt + 4 * i * rows * columns, threads, scratch,
    );
  }
  return c;
};

function lastTwo(shape: number[], transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}
