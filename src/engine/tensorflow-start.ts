import { createRequire } from 'node:module';
import util from 'node:util';
import type { RunningEngine, StartOptions } from './engine.ts';
import { importSilently, locate } from './optional.ts';
import { installTensorflowKernels } from './tensorflow-kernels.ts';
import * as tf from './tensorflow.ts';

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs-node';

/** Why tensorflow cannot be had here, or why `auto` passes it over. */
export function missingTensorflow({ auto }: StartOptions): string | null {
  if (locate(GPU_PACKAGE, 'tensorflow')) return null;
  if (!locate(CPU_PACKAGE, 'tensorflow')) {
    return 'not installed: `curlew engine install tensorflow` (with --gpu for CUDA) installs it';
  }
  return auto ? 'installed for the processor only, where native and wasm are to be preferred' : null;
}

/**
 * Starts TensorFlow.js on libtensorflow.
 * @throws Error when its addon cannot be loaded; with `auto` also where it found no GPU
 */
export async function startTensorflowEngine({ threads, auto }: StartOptions): Promise<RunningEngine> {
  const file = locate(GPU_PACKAGE, 'tensorflow') ?? locate(CPU_PACKAGE, 'tensorflow');
  if (!file) throw new Error('it is not installed');
  if (!tf.findBackendFactory('tensorflow')) {
    // Read once, while the library is loaded; what the user has set stays.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
    process.env.TF_NUM_INTEROP_THREADS ??= '1';
    addRemovedUtilities();
    await importSilently(file);
  }
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js refused the tensorflow backend');
  const { isUsingGpuDevice: gpu } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  if (auto && !gpu) throw new Error('libtensorflow found no GPU');
  installTensorflowKernels();
  return {
    threads: gpu ? 1 : Number(process.env.TF_NUM_INTRAOP_THREADS),
    simd: 'none',
    device: gpu ? 'CUDA GPU' : 'processor',
    kernels: 'library',
    notes: gpu ? [] : ['tensorflow: it computes on the processor'],
    // The library cannot be unloaded, and without tensors the backend holds nothing.
    stop: () => Promise.resolve(),
  };
}

/** Functions of `node:util` that Node 23 removed, or complains about, and tfjs-node 4.22 calls. */
function addRemovedUtilities(): void {
  // The module that `require` gives is the one that the library sees; its properties can be set, an import's cannot.
  const target = createRequire(import.meta.url)('node:util') as typeof util & Record<string, unknown>;
  target.isArray = Array.isArray;
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isString: (value: unknown) => typeof value === 'string',
    isNumber: (value: unknown) => typeof value === 'number',
    isFunction: (value: unknown) => typeof value === 'function',
  };
  for (const [name, value] of Object.entries(removed)) target[name] ??= value;
}
