import type { TensorInfo } from '@tensorflow/tfjs-core';

/**
 * The wasm backend's memory as our kernels see it. Scratch space comes from the backend's own allocator: growing
 * the memory ourselves would hand the allocator a region that we use too.
 */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  /** The memory is shared, so that kernel threads can work on it. */
  readonly shared: boolean;
  /** Threads that kernels may use, the calling one included. */
  readonly threads: number;
  malloc(bytes: number): number;
  free(pointer: number): void;
  /** Byte address of a tensor's values. */
  pointer(tensor: TensorInfo): number;
}
