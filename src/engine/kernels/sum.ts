import { backend_util, util } from '@tensorflow/tfjs-core';
import { MOST_LANES } from './exports.ts';
import { areFloats, output } from './registry.ts';
import type { OwnKernel } from './registry.ts';

/** Most partial sums of `sumRows`; each takes a row of whole vectors. */
const PARTIAL_SUMS = 64;
/** Values of one partial sum of `sumAll`. */
const CHUNK = 16384;

/** Sum over the leading axes, or over all. */
export const sum: OwnKernel = ({ inputs: { x }, attrs, backend, runtime }) => {
  if (!areFloats(x)) return null;
  const axes = util.parseAxisParam(attrs.axis as number | number[], x.shape).sort((a, b) => a - b);
  if (axes.some((axis, i) => axis !== i) || (axes.length === 0 && x.shape.length > 0)) return null;
  const [kept, reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const rows = util.sizeFromShape(reduced);
  const columns = util.sizeFromShape(kept);
  if (rows * columns === 0) return null;
  const y = output(backend, attrs.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept);
  const { kernels, pool, pointer } = runtime;
  if (columns === 1) {
    const scratch = runtime.scratch(Math.ceil(rows / CHUNK));
    kernels.sumAll(pool, pointer(x), rows, pointer(y), scratch);
  } else {
    const scratch = runtime.scratch(PARTIAL_SUMS * (columns + MOST_LANES));
    kernels.sumRows(pool, pointer(x), rows, columns, pointer(y), scratch);
  }
  return y;
};
