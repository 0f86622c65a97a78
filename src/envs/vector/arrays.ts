import { ARRAYS, type Dtype, type DtypeArrays } from '../spaces/index.ts';

/** Memory of one's own that is about to be filled: clearing a large array first takes as long as filling it. */
export function unfilled<D extends Dtype>(dtype: D, length: number): DtypeArrays[D] {
  const { buffer } = Buffer.allocUnsafeSlow(length * ARRAYS[dtype].BYTES_PER_ELEMENT);
  return new ARRAYS[dtype](buffer) as DtypeArrays[D];
}

/** A window of some type on shared memory. Its contents change under one's hands: copy before giving them out. */
export function sharedArray<D extends Dtype>(dtype: D, memory: SharedArrayBuffer): DtypeArrays[D] {
  // The compiler's typed arrays know plain buffers only; the constructors take shared ones alike.
  return new ARRAYS[dtype](memory as unknown as ArrayBuffer) as DtypeArrays[D];
}
