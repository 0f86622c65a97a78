import { createRequire } from 'node:module';
import type { Worker as WorkerClass } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RunError } from '../../src/base/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { product } from '../../src/engine/kernels/matmul.ts';
import { movingAverage } from '../../src/engine/kernels/optimise.ts';
import { registerKernels } from '../../src/engine/kernels/registry.ts';
import { POOL_WORDS, watchThreads } from '../../src/engine/kernels/watch.ts';
import { WasmRuntime } from '../../src/engine/kernels/wasm-runtime.ts';
import { startWasm } from '../../src/engine/wasm-start.ts';

const { Worker } = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof WorkerClass };

afterEach(async () => {
  vi.restoreAllMocks();
  await stopEngine();
});

/** Row i, column j of the product of these matrices is 300 (i + 1). */
function productIsRight(): boolean {
  return tf.tidy(() => {
    const rows = tf.mul(tf.ones([200, 300]), tf.reshape(tf.range(1, 201), [200, 1])) as tf.Tensor2D;
    const values = tf.matMul(rows, tf.ones([300, 150])).dataSync();
    return values.every((value, k) => value === 300 * (Math.floor(k / 150) + 1));
  });
}

describe('a kernel thread that dies', () => {
  test('with a task ends the wait for it', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const pool = new Int32Array(memory.buffer, 0, 8);
    const watch = watchThreads(memory, 0, 1);
    // It took the last task and will never finish it.
    pool[POOL_WORDS.unfinished] = 1;
    const thread = new Worker('process.exit()', {
      eval: true,
      execArgv: [],
      workerData: watch.ports[0],
      transferList: [watch.ports[0]],
    });
    // The main thread hears nothing meanwhile, as inside a kernel.
    expect(Atomics.wait(pool, POOL_WORDS.unfinished, 1, 30_000)).not.toBe('timed-out');
    expect(pool[POOL_WORDS.lost]).toBe(1);
    expect(pool[POOL_WORDS.unfinished]).toBe(0);
    await thread.terminate();
    await watch.end();
  });

  test('at any moment leaves right results', async () => {
    const workers: WorkerClass[] = [];
    const remember = (worker: WorkerClass) => workers.push(worker);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    process.on('worker', remember);
    await startEngine({ name: 'wasm', threads: 3 });
    process.off('worker', remember);
    expect(productIsRight()).toBe(true);
    const ends = workers.map((worker) => worker.terminate());
    for (let k = 0; k < 20; k++) expect(productIsRight()).toBe(true);
    await Promise.all(ends);
    expect(productIsRight()).toBe(true);
  });

  test('has its call repeated on one thread, unless that would take a step twice', async () => {
    const wasm = await startWasm(2, 1);
    const runtime = await WasmRuntime.start(wasm.heap);
    const uninstall = registerKernels({ BatchMatMul: product, CurlewEma: movingAverage }, runtime);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lose = () => (new Int32Array(wasm.heap.memory.buffer, runtime.pool, 8)[POOL_WORDS.lost] = 1);
    try {
      lose();
      const before = tf.memory().numDataBuffers;
      expect(productIsRight()).toBe(true);
      expect(tf.memory().numDataBuffers).toBe(before);
      expect(runtime.lost).toBe(false);
      expect(write.mock.calls).toEqual([['A kernel thread died; the engine goes on with one thread.\n']]);
      lose();
      const [target0, source0] = [tf.zeros([4]), tf.ones([4])];
      const step = () => tf.engine().runKernel('CurlewEma', { target0, source0 }, { count: 1, tau: 0.5 });
      expect(step).toThrow(RunError);
      expect(step).toThrow('go on from the last checkpoint');
    } finally {
      uninstall();
      await runtime.close();
      wasm.stop();
    }
  });
});

describe('an engine with one thing missing', () => {
  test('runs composed kernels where ours are damaged', async () => {
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new Error('unexpected end'));
    const engine = await startEngine({ name: 'wasm', threads: 2 });
    expect(engine).toMatchObject({ name: 'wasm', threads: 2, kernels: 'composed' });
    expect(engine.notes).toEqual([
      expect.stringMatching(/^wasm: our kernels are not in use, .* is damaged \(unexpected end\)/),
    ]);
    expect(productIsRight()).toBe(true);
  });

  test('runs on one thread where memory cannot be shared', async () => {
    const { Memory } = WebAssembly;
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function (given: WebAssembly.MemoryDescriptor) {
      if (given.shared) throw new Error('no shared memory');
      return new Memory(given);
    });
    const engine = await startEngine({ name: 'wasm', threads: 2 });
    expect(engine).toMatchObject({ name: 'wasm', threads: 1, kernels: 'own' });
    expect(engine.notes).toEqual(['wasm: threads did not start, so one thread is used (no shared memory)']);
    expect(productIsRight()).toBe(true);
  });
});
