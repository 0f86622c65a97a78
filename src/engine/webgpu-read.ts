import { RunError } from '../base/index.ts';
import * as tf from './tensorflow.ts';

interface Buffer {
  readonly size: number;
  readonly mapState: 'unmapped' | 'pending' | 'mapped';
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
}

/** What the library's backend uses to read asynchronously. */
interface Backend {
  tensorMap: tf.DataStorage<{ values: tf.BackendValues | null; resource: Buffer; dtype: tf.DataType }>;
  bufferManager: { acquireBuffer(size: number, usage: number): Buffer; releaseBuffer(buffer: Buffer): void };
  commandEncoder: {
    copyBufferToBuffer(from: Buffer, start: number, to: Buffer, at: number, size: number): void;
  };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** WebGPU's constants GPUBufferUsage.MAP_READ, GPUBufferUsage.COPY_DST and GPUMapMode.READ. */
const MAP_READ = 1;
const COPY_DST = 8;
const READ = 1;

/** Longest wait for values, milliseconds: beyond it the device is lost. */
const PATIENCE = 60_000;

type Tick = () => void;

/**
 * Reads values from a GPU while the program waits, as TensorFlow.js's `dataSync` promises. In Node, Dawn finishes what was
 * asked of it in a function that it hands to `setImmediate`. That function is kept here and called until the values are
 * there; the event loop calls it again later, where it finds nothing left to do.
 */
export class SynchronousReader {
  #tick: Tick | null = null;

  /** Makes a call that sets Dawn to work, and keeps the function that finishes such work. */
  watch<T>(call: () => T): T {
    const { setImmediate } = globalThis;
    const hooked = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
      this.#tick = () => callback(...args);
      return setImmediate(callback, ...args);
    };
    globalThis.setImmediate = hooked as typeof setImmediate;
    try {
      return call();
    } finally {
      globalThis.setImmediate = setImmediate;
    }
  }

  /** @throws RunError where the device gives no values */
  read(backend: Backend, dataId: object): tf.BackendValues {
    const data = backend.tensorMap.get(dataId);
    if (data.values) return data.values;
    const { size } = data.resource;
    const staging = backend.bufferManager.acquireBuffer(size, COPY_DST | MAP_READ);
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.commandEncoder.copyBufferToBuffer(data.resource, 0, staging, 0, size);
    backend.submitQueue();
    let refused = '';
    this.watch(() => staging.mapAsync(READ)).catch((error: Error) => (refused = error.message));
    const deadline = performance.now() + PATIENCE;
    while (staging.mapState === 'pending' && this.#tick && performance.now() < deadline) this.#tick();
    if (staging.mapState !== 'mapped')
      throw new RunError(`The webgpu engine gives no values; its device may be lost. ${refused}`.trim());
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    backend.bufferManager.releaseBuffer(staging);
    data.values = tf.util.convertBackendValuesAndArrayBuffer(bytes, data.dtype) as tf.BackendValues;
    return data.values;
  }
}
