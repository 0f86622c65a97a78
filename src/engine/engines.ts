import { availableParallelism } from 'node:os';
import * as tf from './tensorflow.ts';
import { messageOf } from '../base/index.ts';
import { installComposedKernels } from './composed.ts';
import type { WasmHeap } from './heap.ts';
import type { KernelSet } from './kernels/index.ts';
import { isNativeBuilt } from './kernels/native-load.ts';
import { selfTest } from './self-test.ts';
import { startWasm } from './wasm-start.ts';
import type { WasmBackend } from './wasm-start.ts';

/** Which kernels do the heavy work: ours in C++, ones composed from the library's, or the library's own. */
export type Kernels = 'own' | 'composed' | 'library';

export interface StartOptions {
  /** Threads of the CPU engines, the calling one included. */
  threads: number;
  /** `composed` leaves our C++ kernels out. */
  kernels: 'own' | 'composed';
}

/** An engine that runs and passed its self-test. */
export interface RunningEngine {
  threads: number;
  /** Vector instructions in use: `none`, `simd128`, or what our kernels report. */
  simd: string;
  kernels: Kernels;
  notes: string[];
  stop(): Promise<void>;
}

export interface Engine {
  description: string;
  /** Sets of packages, any one of which it can work with; empty for what has no package. */
  packages: string[][];
  /** Why it cannot be had here though nothing is broken: `auto` then passes it over without a note. */
  missing?: (options: StartOptions) => string | null;
  /** Absent where this version cannot start it. */
  start?: (options: StartOptions) => Promise<RunningEngine>;
}

/** The engines in the order in which `auto` tries them. Adding one is adding an entry. */
export const ENGINES = {
  tensorflow: {
    description: 'libtensorflow, for CUDA GPUs',
    packages: [['@tensorflow/tfjs-node-gpu'], ['@tensorflow/tfjs-node']],
  },
  webgpu: {
    description: 'WebGPU, for other GPUs',
    packages: [['webgpu', '@tensorflow/tfjs-backend-webgpu']],
  },
  native: {
    description: 'our kernels compiled for this processor',
    packages: [],
    missing: missingNative,
    start: startNativeEngine,
  },
  wasm: {
    description: 'WebAssembly with threads and SIMD',
    packages: [['@tensorflow/tfjs-backend-wasm']],
    start: startWasmEngine,
  },
  cpu: {
    description: 'plain JavaScript, slow: the reference for tests',
    packages: [['@tensorflow/tfjs-backend-cpu']],
    start: startCpuEngine,
  },
} satisfies Record<string, Engine>;

/** Threads when none are asked for: more than 8 do not help nets of this size. */
export function defaultThreads(): number {
  return Math.min(8, availableParallelism());
}

async function startCpuEngine(): Promise<RunningEngine> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js refused the cpu backend');
  return { threads: 1, simd: 'none', kernels: 'library', notes: [], stop: () => Promise.resolve() };
}

async function startWasmEngine({ threads, kernels }: StartOptions): Promise<RunningEngine> {
  const notes: string[] = [];
  if (kernels === 'own') {
    // Our kernels bring their own threads. What is left to the library is small: sharing it out would cost more.
    const wasm = await startWasm(threads, 1);
    notes.push(...wasm.notes);
    // Our optimiser kernels change weights in place; what our kernels do not cover goes to the composed ones.
    const removeComposed = installComposedKernels(true);
    try {
      const installed = await checked(await installWithThreads(wasm.heap, notes));
      return withOwnKernels(wasm, installed, removeComposed, notes);
    } catch (error) {
      removeComposed();
      wasm.stop();
      notes.push(`wasm: our kernels are not in use, the slower composed ones are (${messageOf(error)})`);
    }
  }
  const wasm = await startWasm(threads);
  notes.push(...wasm.notes.filter((note) => !notes.includes(note)));
  const removeComposed = installComposedKernels();
  const stop = () => {
    removeComposed();
    wasm.stop();
    return Promise.resolve();
  };
  return { threads: wasm.threads, simd: wasm.simd, kernels: 'composed', notes, stop };
}

/** Our kernels with the heap's threads, or alone where threads do not start. */
async function installWithThreads(heap: WasmHeap, notes: string[]): Promise<KernelSet> {
  const { installKernels, ThreadsUnavailable } = await import('./kernels/index.ts');
  try {
    return await installKernels(heap);
  } catch (error) {
    if (!(error instanceof ThreadsUnavailable)) throw error;
    notes.push(`wasm: threads did not start, so one thread is used (${error.reason})`);
    return installKernels({ ...heap, threads: 1 });
  }
}

function missingNative({ kernels }: StartOptions): string | null {
  if (kernels !== 'own') return 'it consists of our kernels, which were to be left out';
  if (isNativeBuilt()) return null;
  return 'not built: `npm run build:native` builds it, with a C++ compiler';
}

/** The wasm backend, with our kernels compiled for this processor at work on its memory. */
async function startNativeEngine({ threads }: StartOptions): Promise<RunningEngine> {
  const { installNativeKernels } = await import('./kernels/index.ts');
  const wasm = await startWasm(threads, 1);
  const removeComposed = installComposedKernels(true);
  try {
    const installed = await checked(installNativeKernels(wasm.heap, { threads }));
    return withOwnKernels(wasm, installed, removeComposed, wasm.notes);
  } catch (error) {
    removeComposed();
    wasm.stop();
    throw error;
  }
}

function withOwnKernels(
  wasm: WasmBackend,
  kernels: KernelSet,
  removeComposed: () => void,
  notes: string[],
): RunningEngine {
  const stop = async () => {
    await remove(kernels);
    removeComposed();
    wasm.stop();
  };
  const { threads, simd } = kernels;
  return { threads, simd, kernels: 'own', notes, stop };
}

/** Kernels that gave the right gradients; throws, and puts the former ones back, where they do not. */
async function checked(kernels: KernelSet): Promise<KernelSet> {
  try {
    selfTest();
  } catch (error) {
    await remove(kernels);
    throw error;
  }
  return kernels;
}

async function remove(kernels: KernelSet): Promise<void> {
  kernels.uninstall();
  // The kernels' threads do not keep the process alive, so something else must until they have ended.
  const alive = setInterval(() => {}, 1000);
  try {
    await kernels.close();
  } finally {
    clearInterval(alive);
  }
}
