import { util } from '../tensorflow.ts';
import type { ComposedKernel } from './scratch.ts';

/** Sums rows by segment (the gradient of `gather`); rows with a negative segment are left out. */
export const segmentSum: ComposedKernel = ({ inputs: { x, segmentIds }, attrs, backend }) => {
  const segments = attrs.numSegments as number;
  const idRank = segmentIds.shape.length;
  const rowShape = x.shape.slice(idRank);
  if (x.dtype === 'string' || x.dtype === 'complex64') return null;
  const result = backend.makeOutput([segments, ...rowShape], x.dtype);
  // Views are taken after the allocation, which may have grown the memory.
  const into = backend.typedArrayFromHeap(result).fill(0);
  const from = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const size = util.sizeFromShape(rowShape);
  ids.forEach((id, row) => {
    if (id < 0 || id >= segments) return;
    for (let i = 0; i < size; i++) into[id * size + i] += from[row * size + i];
  });
  return result;
};
