import { availableParallelism } from 'node:os';
import * as tf from './tensorflow.ts';
import { messageOf } from '../base/index.ts';
import { installComposedKernels } from './composed.ts';
import type { Engine, RunningEngine, StartOptions } from './engine.ts';
import type { WasmHeap } from './heap.ts';
import type { KernelSet } from './kernels/index.ts';
import { BUILD_COMMAND, isNativeBuilt } from './kernels/native-load.ts';
import { selfTest } from './self-test.ts';
import type { SelfTest } from './self-test.ts';
import { missingTensorflow, startTensorflowEngine } from './tensorflow-start.ts';
import { startWasm } from './wasm-start.ts';
import type { WasmBackend } from './wasm-start.ts';
import { missingWebgpu, startWebgpuEngine } from './webgpu-start.ts';

/** The engines in the order in which `auto` tries them. Adding one is adding an entry. */
export const ENGINES = {
  tensorflow: {
    description: 'libtensorflow, for CUDA GPUs',
    missing: missingTensorflow,
    start: startTensorflowEngine,
  },
  webgpu: {
    description: 'WebGPU, for other GPUs',
    missing: missingWebgpu,
    start: startWebgpuEngine,
  },
  native: {
    description: 'our kernels compiled for this processor',
    missing: missingNative,
    start: startNativeEngine,
  },
  wasm: {
    description: 'WebAssembly with threads and SIMD',
    start: startWasmEngine,
  },
  cpu: {
    description: 'plain JavaScript, slow: the reference for tests',
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
      const kernels = await installWithThreads(wasm.heap, notes);
      return withOwnKernels(wasm, kernels, await checked(kernels), removeComposed, notes);
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
  return `not built: \`${BUILD_COMMAND}\` builds it, with a C++ compiler`;
}

/** The wasm backend, with our kernels compiled for this processor at work on its memory. */
async function startNativeEngine({ threads }: StartOptions): Promise<RunningEngine> {
  const { installNativeKernels } = await import('./kernels/index.ts');
  const wasm = await startWasm(threads, 1);
  const removeComposed = installComposedKernels(true);
  try {
    const kernels = installNativeKernels(wasm.heap, { threads });
    return withOwnKernels(wasm, kernels, await checked(kernels), removeComposed, wasm.notes);
  } catch (error) {
    removeComposed();
    wasm.stop();
    throw error;
  }
}

function withOwnKernels(
  wasm: WasmBackend,
  kernels: KernelSet,
  passed: SelfTest,
  removeComposed: () => void,
  notes: string[],
): RunningEngine {
  const stop = async () => {
    await remove(kernels);
    removeComposed();
    wasm.stop();
  };
  const { threads, simd } = kernels;
  return { threads, simd, kernels: 'own', notes, selfTest: passed, stop };
}

/** The self-test of kernels of ours; puts the former ones back and throws where they fail it. */
async function checked(kernels: KernelSet): Promise<SelfTest> {
  try {
    return await selfTest();
  } catch (error) {
    await remove(kernels);
    throw error;
  }
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
