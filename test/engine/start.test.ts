import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import {
  currentEngine,
  describeEngine,
  engineNames,
  measureEngine,
  startEngine,
  stopEngine,
  tf,
} from '../../src/engine/index.ts';
import type { EngineName } from '../../src/engine/index.ts';
import { isNativeBuilt } from '../../src/engine/kernels/index.ts';

/** What auto takes. */
const BEST = isNativeBuilt() ? 'native' : 'wasm';

const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: unknown };

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await stopEngine();
});

/** Everything that starting the threaded library touches for a moment. */
function globals() {
  return {
    cpus: os.cpus,
    Worker: workerThreads.Worker,
    globalWorker: (globalThis as { Worker?: unknown }).Worker,
    Memory: WebAssembly.Memory,
    exceptions: process.listeners('uncaughtException'),
    rejections: process.listeners('unhandledRejection'),
  };
}

describe('startEngine', () => {
  test('auto starts the best CPU engine with threads and our kernels, and changes nothing else', async () => {
    const before = globals();
    const write = vi.spyOn(process.stdout, 'write');
    const warn = vi.spyOn(console, 'warn');
    const engine = await startEngine({ threads: 2 });
    expect(engine).toMatchObject({ name: BEST, threads: 2, kernels: 'own', notes: [] });
    expect(engine.selfTest.error).toBeLessThan(1e-4);
    expect(tf.getBackend()).toBe('wasm');
    expect(tf.memory().numTensors).toBe(0);
    expect(globals()).toEqual(before);
    expect(write).not.toHaveBeenCalled();
    expect(warn).not.toHaveBeenCalled();
    await stopEngine();
    expect(globals()).toEqual(before);
    expect(await currentEngine()).toBeNull();
  });

  test('gives the same engine again, also to callers at the same time, and refuses another', async () => {
    const [first, second] = await Promise.all([startEngine({ threads: 2 }), startEngine({ threads: 2 })]);
    expect(second).toBe(first);
    expect(await startEngine()).toBe(first);
    expect(await startEngine({ name: BEST })).toBe(first);
    expect(await currentEngine()).toBe(first);
    await expect(startEngine({ threads: 1 })).rejects.toThrow(InputError);
    await expect(startEngine({ name: 'cpu' })).rejects.toThrow(`"${BEST}" with 2 threads already runs`);
  });

  test.each([
    { threads: 1, kernels: 'own' },
    { threads: 3, kernels: 'composed' },
    { threads: 1, kernels: 'composed' },
    { threads: 12, kernels: 'own' },
  ] as const)('runs wasm with %o, again after it was stopped', async (options) => {
    const engine = await startEngine({ name: 'wasm', ...options });
    expect(engine).toMatchObject({ name: 'wasm', ...options, notes: [] });
    await stopEngine();
    expect(await startEngine({ name: 'wasm', ...options })).toMatchObject(options);
  });

  test('tensors survive the growth of the memory', async () => {
    await startEngine({ name: 'wasm', threads: 2 });
    tf.tidy(() => {
      const small = tf.tensor1d([1, 2, 3]);
      const large = tf.fill([40, 1024, 1024], 2);
      expect(Array.from(tf.add(small, tf.slice(tf.reshape(large, [-1]), 0, 3)).dataSync())).toEqual([
        3, 4, 5,
      ]);
    });
  });

  test('without worker threads wasm runs on one and says so', async () => {
    const { Worker } = workerThreads;
    workerThreads.Worker = function () {
      throw new Error('no threads here');
    };
    try {
      const engine = await startEngine({ name: 'wasm', threads: 2 });
      expect(engine).toMatchObject({ name: 'wasm', threads: 1 });
      expect(engine.notes).toEqual(['wasm: threads did not start, so one thread is used (no threads here)']);
    } finally {
      workerThreads.Worker = Worker;
    }
  });

  test('auto falls through to cpu with the reason, a named engine fails', async () => {
    vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(new Error('no memory for code'));
    const before = globals();
    await expect(startEngine({ name: 'wasm', threads: 2 })).rejects.toThrow(
      /^No engine works: wasm: .*no memory/,
    );
    expect(globals()).toEqual(before);
    const engine = await startEngine({ threads: 2 });
    expect(engine).toMatchObject({ name: 'cpu', threads: 1, kernels: 'library' });
    expect(engine.notes.at(-1)).toMatch(/^wasm: .*no memory for code/);
  });

  test.each(['tensorflow', 'webgpu'] as const)(
    'says how to get %s where it is not installed',
    async (name) => {
      vi.stubEnv('CURLEW_ENGINES', join(import.meta.dirname, 'nowhere'));
      const { missing } = describeEngine(name);
      if (missing === null) return expect(describeEngine(name).description).not.toBe('');
      expect(missing).toContain(`curlew engine install ${name}`);
      await expect(startEngine({ name })).rejects.toThrow(`No engine works: ${name}: ${missing}.`);
    },
  );

  test('refuses unknown engines and numbers of threads', async () => {
    await expect(startEngine({ name: 'wsam' as EngineName })).rejects.toThrow('did you mean "wasm"?');
    for (const threads of [0, -1, 1.5, NaN])
      await expect(startEngine({ threads })).rejects.toThrow(InputError);
  });

  test('a program that computes and returns ends by itself, without a word from the library', async () => {
    const program = join(import.meta.dirname, 'start-program.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
    expect(stdout).toBe(`${BEST} 2 6\n`);
    expect(stderr).toBe('');
  });
});

test('engines are described in the order in which auto tries them, and nothing is started', async () => {
  expect(engineNames()).toEqual(['tensorflow', 'webgpu', 'native', 'wasm', 'cpu']);
  for (const name of ['wasm', 'cpu'] as const) expect(describeEngine(name).missing).toBeNull();
  const { missing } = describeEngine('native');
  expect(missing).toEqual(BEST === 'native' ? null : expect.stringContaining('npm run build:native'));
  expect(await currentEngine()).toBeNull();
});

test('measureEngine gives speeds and leaves no tensors', async () => {
  await startEngine({ threads: 2 });
  const before = tf.memory().numTensors;
  const { forwardGflops, trainingGflops } = await measureEngine();
  expect(forwardGflops).toBeGreaterThan(0);
  expect(trainingGflops).toBeGreaterThan(0);
  expect(Number.isFinite(forwardGflops + trainingGflops)).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});
