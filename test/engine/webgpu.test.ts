import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { isNativeBuilt } from '../../src/engine/kernels/index.ts';
import { startWebgpuEngine } from '../../src/engine/webgpu-start.ts';
import { WEBGPU } from './kernels-support.ts';

const BEST = isNativeBuilt() ? 'native' : 'wasm';

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await stopEngine();
});

/** Puts packages of the names that webgpu needs where they are found; its adapters are these expressions. */
function fakeWebgpu(adapters: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'webgpu-'));
  const write = (name: string, text: string) => {
    const root = join(folder, 'webgpu/node_modules', name);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'package.json'), '{ "type": "module", "main": "index.js" }');
    writeFileSync(join(root, 'index.js'), text);
  };
  write('@tensorflow/tfjs-backend-webgpu', 'export default {};');
  write(
    'webgpu',
    `export const globals = {};
     const adapters = ${adapters};
     export const create = () => ({ requestAdapter: () => Promise.resolve(adapters.shift() ?? null) });`,
  );
  vi.stubEnv('CURLEW_ENGINES', folder);
  return folder;
}

describe('the choice of a WebGPU adapter', () => {
  const options = { threads: 1, kernels: 'own', auto: true } as const;
  const info = (device: string) =>
    `{ info: { vendor: '', architecture: '', device: '${device}', description: '' } }`;

  test.skipIf(WEBGPU === null).each([
    ['none at all', '[]', 'there is no WebGPU adapter (a GPU with a driver'],
    [
      'one in software',
      `[${info('llvmpipe-llvm-15')}]`,
      'there is only a software adapter (llvmpipe-llvm-15)',
    ],
    [
      'a second one, in software',
      `[null, ${info('SwiftShader Device (LLVM)')}]`,
      'there is only a software adapter (SwiftShader Device (LLVM))',
    ],
    ['a fallback', `[{ ...${info('X')}, isFallbackAdapter: true }]`, 'there is only a software adapter (X)'],
  ])('auto refuses %s, with the reason', async (_, adapters, reason) => {
    const folder = fakeWebgpu(adapters);
    await expect(startWebgpuEngine(options)).rejects.toThrow(reason);
    rmSync(folder, { recursive: true });
  });
});

if (WEBGPU !== null) test.skip(`webgpu: ${WEBGPU}`, () => {});
describe.runIf(WEBGPU === null)('the webgpu engine', () => {
  test('reads values while the program waits, also between asynchronous reads', async () => {
    const engine = await startWebgpuEngine({ threads: 1, kernels: 'own', auto: false });
    const { setImmediate } = globalThis;
    for (let i = 0; i < 5; i++) {
      const a = tf.mul(tf.fill([100, 300], i), 2);
      const pending = tf.add(a, 1).data();
      expect(new Set(tf.add(a, 3).dataSync())).toEqual(new Set([2 * i + 3]));
      expect(new Set(await pending)).toEqual(new Set([2 * i + 1]));
    }
    const greater = tf.greater(tf.tensor1d([1, 2]), 1.5);
    expect(Array.from(greater.dataSync())).toEqual([0, 1]);
    expect(globalThis.setImmediate).toBe(setImmediate);
    await engine.stop();
  });

  test('works, or fails its self-test with the reason; auto passes software over', async () => {
    const started = await startEngine({ name: 'webgpu' }).catch((error: unknown) => error as Error);
    if (started instanceof Error) expect(started.message).toMatch(/^No engine works: webgpu: [^\n]+\.$/);
    else expect(started.selfTest.error).toBeLessThan(5e-3);
    await stopEngine();
    const software = started instanceof Error || started.notes.length > 0;
    expect((await startEngine({ threads: 2 })).name).toBe(software ? BEST : 'webgpu');
  });
});
