import { afterEach, describe, expect, test, vi } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { isNativeBuilt } from '../../src/engine/kernels/index.ts';
import { TENSORFLOW } from './kernels-support.ts';

const BEST = isNativeBuilt() ? 'native' : 'wasm';

afterEach(async () => {
  vi.restoreAllMocks();
  await stopEngine();
});

if (TENSORFLOW !== null) test.skip(`tensorflow: ${TENSORFLOW}`, () => {});
describe.runIf(TENSORFLOW === null)('the tensorflow engine', () => {
  test('starts quietly, again after it was stopped, and leaves no tensors', async () => {
    const warn = vi.spyOn(console, 'warn');
    for (let i = 0; i < 2; i++) {
      expect(await startEngine({ name: 'tensorflow' })).toMatchObject({
        name: 'tensorflow',
        kernels: 'library',
      });
      expect(tf.memory().numTensors).toBe(0);
      expect(Array.from(tf.tidy(() => tf.matMul(tf.ones([1, 3]), tf.ones([3, 2])).dataSync()))).toEqual([
        3, 3,
      ]);
      await stopEngine();
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test('is passed over by auto where it has no GPU', async () => {
    const { device } = await startEngine({ name: 'tensorflow' });
    await stopEngine();
    const { name } = await startEngine({ threads: 2 });
    expect(name).toBe(device === 'processor' ? BEST : 'tensorflow');
  });
});
