import { messageOf, RunError } from '../../base/index.ts';
import type { WasmHeap } from '../heap.ts';
import type { KernelFunctions } from './exports.ts';
import { loadAddon } from './native-load.ts';
import type { NativeKernels, NativeSimd } from './native-load.ts';
import { KernelRuntime } from './runtime.ts';

/** The kernels compiled for this processor. They work on the wasm backend's memory, where it lies in the process. */
export class NativeRuntime extends KernelRuntime {
  readonly simd: NativeSimd;
  readonly kernels: KernelFunctions;
  /** The addon keeps its pool elsewhere. */
  readonly pool = 0;
  readonly threads: number;
  readonly #native: NativeKernels;

  private constructor(heap: WasmHeap, native: NativeKernels, simd: NativeSimd, threads: number) {
    super(heap);
    this.simd = simd;
    this.threads = threads;
    this.#native = native;
    this.kernels = attached(native, heap);
  }

  /**
   * Loads the addon and starts its threads.
   *
   * @param simd default: the best that this processor has
   * @throws RunError when the addon cannot be used or a thread does not start
   */
  static start(heap: WasmHeap, threads: number, simd?: NativeSimd, folder?: URL): NativeRuntime {
    const addon = loadAddon(folder);
    try {
      const variant = simd ?? addon.variants()[0];
      const native = addon.start(variant, new Uint8Array(heap.memory.buffer), threads);
      return new NativeRuntime(heap, native, variant, threads);
    } catch (error) {
      throw new RunError(
        `The native kernels do not start (${messageOf(error)}); use the wasm engine instead.`,
      );
    }
  }

  close(): Promise<void> {
    this.#native.close();
    this.freeScratch();
    return Promise.resolve();
  }
}

/** The kernels, told before a call where the memory lies if it was given another buffer: growing it may move it. */
function attached(native: NativeKernels, heap: WasmHeap): KernelFunctions {
  let { buffer } = heap.memory;
  const follow = (kernel: (...values: number[]) => unknown) => {
    return (...values: number[]) => {
      if (heap.memory.buffer !== buffer) {
        ({ buffer } = heap.memory);
        native.attach(new Uint8Array(buffer));
      }
      return kernel(...values);
    };
  };
  const kernels = Object.entries(native).map(([name, kernel]) => [name, follow(kernel as never)] as const);
  return Object.fromEntries(kernels) as unknown as KernelFunctions;
}
