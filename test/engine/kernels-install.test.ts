import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Random, RunError } from '../../src/base/index.ts';
import { installKernels, KERNEL_FOLDER } from '../../src/engine/kernels/index.ts';
import { startThreads } from '../../src/engine/kernels/threads.ts';
import { startWasm } from '../../src/engine/wasm-start.ts';
import type { WasmBackend } from '../../src/engine/wasm-start.ts';
import { normals, run } from './kernels-support.ts';

const MODULES = ['relaxed-threads.wasm', 'relaxed.wasm', 'simd128-threads.wasm', 'simd128.wasm'];
const kernelFolder = fileURLToPath(KERNEL_FOLDER);
const kernelFunction = (name: string) => tf.getKernel(name, 'wasm')?.kernelFunc;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernels-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('installing the kernels', () => {
  let wasm: WasmBackend;
  beforeAll(async () => {
    wasm = await startWasm(3);
  });
  afterAll(() => wasm.stop());

  const install = () => installKernels(wasm.heap, { simd: 'simd128', folder: pathToFileURL(`${folder}/`) });

  test('takes the place of the library and gives it back', async () => {
    const [convolution, adam] = [kernelFunction('Conv2D'), kernelFunction('CurlewAdam')];
    expect(adam).toBeUndefined();
    const set = await installKernels(wasm.heap);
    expect(set.threads).toBe(3);
    expect(kernelFunction('Conv2D')).not.toBe(convolution);
    expect(kernelFunction('CurlewAdam')).toBeDefined();
    set.uninstall();
    expect(kernelFunction('Conv2D')).toBe(convolution);
    expect(kernelFunction('CurlewAdam')).toBeUndefined();
    await set.close();
  });

  test('gives the same bits on every call, whichever thread did the work', async () => {
    const random = Random.stream(5, 'install');
    const x = normals(random, [20, 21, 21, 9]);
    const dy = normals(random, [20, 10, 10, 32]);
    const attrs = { strides: [2, 2], pad: 'valid', dataFormat: 'NHWC', filterShape: [3, 3, 9, 32] };
    const set = await installKernels(wasm.heap);
    const gradient = () => run('wasm', { kernel: 'Conv2DBackpropFilter', inputs: { x, dy }, attrs });
    const first = await gradient();
    for (let i = 0; i < 20; i++) expect(await gradient()).toEqual(first);
    set.uninstall();
    await set.close();
  });

  test('goes on without a thread that ended', async () => {
    const workers: Worker[] = [];
    const remember = (worker: Worker) => workers.push(worker);
    process.on('worker', remember);
    const set = await installKernels(wasm.heap);
    process.off('worker', remember);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const [_watch, ...kernelThreads] = workers;
    expect(kernelThreads).toHaveLength(2);
    await Promise.all(kernelThreads.map((worker) => worker.terminate()));
    const [a, b] = [Float32Array.from({ length: 10_000 }, (_, i) => i % 7), new Float32Array(10_000).fill(1)];
    const inputs = { a: { shape: [1, 100, 100], values: a }, b: { shape: [1, 100, 100], values: b } };
    const attrs = { transposeA: false, transposeB: false };
    const [product] = await run('wasm', { kernel: 'BatchMatMul', inputs, attrs });
    const row = (i: number) => a.subarray(100 * i, 100 * i + 100).reduce((sum, value) => sum + value, 0);
    product.values.forEach((value, i) => expect(value).toBe(row(Math.floor(i / 100))));
    expect(write.mock.calls).toEqual([
      ['A kernel thread died; the engine goes on with 2 threads.\n'],
      ['A kernel thread died; the engine goes on with one thread.\n'],
    ]);
    write.mockRestore();
    set.uninstall();
    await set.close();
  });

  test('says which kernel file is missing', async () => {
    await expect(install()).rejects.toThrow(RunError);
    await expect(install()).rejects.toThrow(
      `The kernel file ${join(folder, 'simd128-threads.wasm')} cannot be read (ENOENT`,
    );
  });

  test('says which kernel file is damaged', async () => {
    const file = join(folder, 'simd128-threads.wasm');
    copyFileSync(join(kernelFolder, 'simd128-threads.wasm'), file);
    truncateSync(file, 20_000);
    await expect(install()).rejects.toThrow(`The kernel file ${file} is damaged (`);
    await expect(install()).rejects.toThrow(RunError);
  });

  test('refuses a module that is not ours', async () => {
    // An empty module: magic number and version.
    writeFileSync(join(folder, 'simd128-threads.wasm'), Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    await expect(install()).rejects.toThrow('The kernels do not fit this engine (');
  });

  test('says that a thread did not start', async () => {
    const options = { memory: wasm.heap.memory, pool: 0, stacks: [0], onLost: () => {} };
    const module = await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    await expect(startThreads({ module, ...options })).rejects.toThrow('A kernel thread did not start (');
  });
});

describe('the prebuilt modules', () => {
  test.each(MODULES)('%s has no data of its own to put into the memory of the tensor library', (name) => {
    expect(sectionsOf(readFileSync(join(kernelFolder, name)))).not.toContain(11);
  });

  const compiler = spawnSync('clang++-19', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  test.runIf(compiler.includes('19.1.7'))('are what the source gives', { timeout: 300_000 }, () => {
    const script = fileURLToPath(new URL('../../scripts/build-kernels.sh', import.meta.url));
    const build = spawnSync('sh', [script, folder], { encoding: 'utf8' });
    expect(build.stderr).toBe('');
    const built = readdirSync(folder);
    expect(built.sort()).toEqual(['orthogonal.wasm', ...MODULES]);
    for (const name of built) {
      const same = readFileSync(join(folder, name)).equals(readFileSync(join(kernelFolder, name)));
      expect(same, `${name} differs: run scripts/build-kernels.sh`).toBe(true);
    }
  });
});

/** Ids of a module's sections. */
function sectionsOf(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}
