import type { ComposedKernel } from './scratch.ts';

/**
 * A second handle on the same values. The library's kernel copies them, and the tape clones every activation that a
 * gradient needs later. Sharing is safe because no kernel but our optimisers' writes in place, and those write into
 * variables only, between tapes.
 */
export const identity: ComposedKernel = ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};
