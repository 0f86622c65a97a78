import * as tf from './tensorflow.ts';
import { messageOf } from '../base/index.ts';
import type { WasmHeap } from './heap.ts';
import { loadWasmModule, POOL_SIZE, withoutNewListeners } from './wasm-module.ts';
import type { WasmBuild, WasmModule } from './wasm-module.ts';

/** A running wasm backend. */
export interface WasmBackend {
  heap: WasmHeap;
  /** Threads of the library's own kernels. */
  threads: number;
  simd: string;
  notes: string[];
  /** Ends its threads and removes it from TensorFlow.js. */
  stop(): void;
}

/** Validates only where the processor has 128-bit SIMD: a function that splats and drops a vector. */
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
];

/**
 * Starts the wasm backend and makes it TensorFlow.js's current one: the threaded SIMD build where threads are
 * wanted, else the single-threaded SIMD build, else the plain one. Its workers do not keep the process alive.
 *
 * @param threads threads that kernels of ours may use
 * @param libraryThreads threads of the library's own kernels
 * @throws Error when no build starts
 */
export async function startWasm(threads: number, libraryThreads = threads): Promise<WasmBackend> {
  const library = await import('@tensorflow/tfjs-backend-wasm');
  const simd = WebAssembly.validate(new Uint8Array(SIMD_PROBE));
  const notes: string[] = [];
  const builds: WasmBuild[] = simd ? (threads > 1 ? ['threaded', 'simd'] : ['simd']) : ['plain'];
  if (!simd && threads > 1) notes.push('wasm: this processor has no SIMD, so one thread is used');
  const { module, build } = await firstThatLoads(builds, Math.min(libraryThreads, POOL_SIZE), notes);
  const threaded = build === 'threaded';

  library.setThreadsCount(threaded ? Math.min(libraryThreads, POOL_SIZE) : 1);
  const backend = new library.BackendWasm(withBridge(module) as never);
  for (const worker of module.PThread?.runningWorkers ?? []) worker.unref();
  if (tf.findBackendFactory('wasm')) tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => backend, 2);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js refused the wasm backend');

  const heap: WasmHeap = {
    memory: module.memory,
    shared: threaded,
    threads: threaded ? threads : 1,
    malloc(bytes) {
      const pointer = module._malloc(bytes) >>> 0;
      if (pointer === 0 && bytes > 0)
        throw new Error(`the wasm backend has no memory left for ${bytes} bytes`);
      return pointer;
    },
    free: (pointer) => module._free(pointer),
    pointer: (tensor) => backend.getMemoryOffset(tensor.dataId) >>> 0,
  };
  return {
    heap,
    threads: library.getThreadsCount(),
    simd: simd ? 'simd128' : 'none',
    notes,
    stop: () => {
      // Disposing the module removes every error listener of the process, also those that others set.
      withoutNewListeners(() => tf.removeBackend('wasm'));
      module.PThread?.terminateAllThreads();
    },
  };
}

async function firstThatLoads(
  builds: WasmBuild[],
  threads: number,
  notes: string[],
): Promise<{ module: WasmModule; build: WasmBuild }> {
  let reason = '';
  for (const build of builds) {
    try {
      return { module: await loadWasmModule(build, threads), build };
    } catch (error) {
      reason = messageOf(error);
      if (build === 'threaded') notes.push(`wasm: threads did not start, so one thread is used (${reason})`);
    }
  }
  throw new Error(reason);
}

/** Adds the functions that the library's backend class calls. */
function withBridge(module: WasmModule): WasmModule {
  const numbers = (n: number) => Array.from({ length: n }, () => 'number' as const);
  return Object.assign(module, {
    tfjs: {
      init: module.cwrap('init', null, []),
      initWithThreadsCount: module.cwrap('init_with_threads_count', null, numbers(1)),
      getThreadsCount: module.cwrap('get_threads_count', 'number', []),
      registerTensor: module.cwrap('register_tensor', null, numbers(3)),
      disposeData: module.cwrap('dispose_data', null, numbers(1)),
      dispose: module.cwrap('dispose', null, []),
    },
  });
}
