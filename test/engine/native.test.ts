import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Random, RunError } from '../../src/base/index.ts';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import { installNativeKernels, loadAddon, NATIVE_FOLDER } from '../../src/engine/kernels/index.ts';
import { startWasm } from '../../src/engine/wasm-start.ts';
import { NATIVE, normals, run } from './kernels-support.ts';

const built = NATIVE.length > 0;

test.runIf(!built)('without the addon, native says how to build it', async () => {
  await expect(startEngine({ name: 'native' })).rejects.toThrow(
    'No engine works: native: not built: `npm run build:native` builds it, with a C++ compiler.',
  );
});

if (!built) test.skip('native: the addon is not built (npm run build:native), so it is not tested', () => {});

describe('an addon that cannot be used', () => {
  const addon = 'not an addon';
  const hashOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  let folder: string;
  const write = (changes: Record<string, unknown>) => {
    const { platform, arch } = process;
    const manifest = { format: 1, platform, arch, sources: '', addon: hashOf(addon), ...changes };
    writeFileSync(join(folder, 'curlew.json'), JSON.stringify(manifest));
  };
  const load = () => loadAddon(pathToFileURL(`${folder}/`));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'native-'));
    writeFileSync(join(folder, 'curlew.node'), addon);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['was left by another version', { format: 2 }, 'is of format 2, not 1'],
    ['is of another machine', { arch: 'pdp11' }, `was built for ${process.platform} pdp11, this is`],
    ['is damaged', { addon: hashOf('another') }, 'is damaged'],
    ['is of other sources', { sources: 'old' }, 'was built from other sources than these'],
  ])('%s: one line says so', (_, changes, reason) => {
    write(changes);
    expect(load).toThrow(RunError);
    expect(load).toThrow(`The addon ${join(folder, 'curlew.node')} ${reason}`);
    expect(load).toThrow(/^.*; `npm run build:native` builds it anew\.$/);
  });

  test('is missing', () => {
    expect(load).toThrow(/cannot be read \(ENOENT.*builds it anew\.$/);
  });

  test.runIf(built)('was cut short, or is no addon at all', () => {
    for (const name of ['curlew.node', 'curlew.json'])
      copyFileSync(fileURLToPath(new URL(name, NATIVE_FOLDER)), join(folder, name));
    truncateSync(join(folder, 'curlew.node'), 20_000);
    expect(load).toThrow('is damaged');
    const { sources } = JSON.parse(readFileSync(join(folder, 'curlew.json'), 'utf8')) as { sources: string };
    writeFileSync(join(folder, 'curlew.node'), addon);
    write({ sources });
    expect(load).toThrow(/cannot be loaded \(.*\); `npm run build:native` builds it anew\.$/);
  });
});

describe.runIf(built)('the native engine', () => {
  afterEach(async () => {
    vi.restoreAllMocks();
    await stopEngine();
  });

  test('starts, passes its self-test, and starts again after it was stopped', async () => {
    for (const threads of [2, 1, 5]) {
      const engine = await startEngine({ name: 'native', threads });
      expect(engine).toMatchObject({ name: 'native', threads, kernels: 'own', simd: NATIVE[0], notes: [] });
      expect(engine.selfTest.error).toBeLessThan(1e-4);
      expect(tf.memory().numTensors).toBe(0);
      await stopEngine();
    }
  });

  test('auto takes wasm, with a note, where the addon cannot be loaded', async () => {
    vi.spyOn(process, 'dlopen').mockImplementation(() => {
      throw new Error('wrong ELF class: ELFCLASS32\n    at somewhere');
    });
    const engine = await startEngine({ threads: 2 });
    expect(engine).toMatchObject({ name: 'wasm', threads: 2, kernels: 'own' });
    expect(engine.notes).toEqual([
      expect.stringMatching(
        /^native: The addon .* cannot be loaded \(wrong ELF class: ELFCLASS32\);.*anew\.$/,
      ),
    ]);
  });

  test('has its threads also where worker threads cannot start', async () => {
    const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: unknown };
    const { Worker } = workerThreads;
    workerThreads.Worker = function () {
      throw new Error('no threads here');
    };
    try {
      const engine = await startEngine({ name: 'native', threads: 2 });
      expect(engine).toMatchObject({ name: 'native', threads: 2, kernels: 'own' });
      expect(engine.notes).toEqual(['wasm: threads did not start, so one thread is used (no threads here)']);
    } finally {
      workerThreads.Worker = Worker;
    }
  });

  test('leaves room for composed kernels', async () => {
    expect(await startEngine({ threads: 2, kernels: 'composed' })).toMatchObject({ name: 'wasm', notes: [] });
  });

  test('a process that has nothing left to do ends, its threads with it', () => {
    const program = `
      import { startEngine, tf } from './src/engine/index.ts';
      const { name } = await startEngine({ name: 'native', threads: 4 });
      const product = tf.matMul(tf.ones([200, 300]), tf.ones([300, 200]));
      console.log(name, product.dataSync()[0]);
    `;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'native 300\n', stderr: '' });
  });
});

describe.each(NATIVE)('the %s kernels', (simd) => {
  const random = Random.stream(6, 'native');
  const x = normals(random, [20, 21, 21, 9]);
  const dy = normals(random, [20, 10, 10, 32]);
  const attrs = { strides: [2, 2], pad: 'valid', dataFormat: 'NHWC', filterShape: [3, 3, 9, 32] };
  const gradient = () => run('wasm', { kernel: 'Conv2DBackpropFilter', inputs: { x, dy }, attrs });

  test('give the same bits with any number of threads', async () => {
    const results: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      const wasm = await startWasm(threads);
      const set = installNativeKernels(wasm.heap, { threads, simd });
      for (let i = 0; i < 5; i++) results.push(await gradient());
      set.uninstall();
      await set.close();
      wasm.stop();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test.each([1, 2])('follow the memory while it grows, %i threads', async (threads) => {
    const wasm = await startWasm(threads);
    const set = installNativeKernels(wasm.heap, { threads, simd });
    const before = await gradient();
    const bytes = wasm.heap.memory.buffer.byteLength;
    const large = tf.zeros([40, 1024, 1024]);
    expect(wasm.heap.memory.buffer.byteLength).toBeGreaterThan(bytes);
    expect(await gradient()).toEqual(before);
    large.dispose();
    set.uninstall();
    await set.close();
    wasm.stop();
  });

  test('refuse what is not a number', () => {
    const kernels = loadAddon().start(simd, new Uint8Array(64), 1);
    expect(() => kernels.sumAll(0, 'x' as never, 1, 4, 8)).toThrow(TypeError);
    expect(() => kernels.sumAll(0, 2 ** 32, 1, 4, 8)).toThrow('not a 32-bit number');
    expect(() => (kernels.sumAll as () => void)()).toThrow(TypeError);
    expect(() => kernels.attach(0 as never)).toThrow('as a Uint8Array');
    kernels.close();
    kernels.close();
  });
});
