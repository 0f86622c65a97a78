import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Profile, profileLines, startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeEach(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterEach(stopEngine);

const kernels = () => tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);

describe('Profile', () => {
  test('counts the kernels of updates, and nothing else', async () => {
    const x = tf.ones([8, 8]) as tf.Tensor2D;
    const profile = new Profile();
    const update = () => tf.tidy(() => tf.matMul(x, tf.exp(tf.exp(x)) as tf.Tensor2D).dataSync()[0]);
    update();
    expect(profile.table()).toMatchObject({ updates: 0, operations: [] });
    const values = [await profile.measure(update), await profile.measure(update)];
    expect(values).toEqual([update(), update()]);
    const { updates, operations } = profile.table();
    const calls = Object.fromEntries(operations.map((row) => [row.operation, row.calls]));
    expect(updates).toBe(2);
    expect(calls).toMatchObject({ Exp: 2, BatchMatMul: 1, 'read back': 1 });
    expect(calls.Ones).toBeUndefined();
    profile.stop();
  });

  test('accounts for all of the time, once', async () => {
    const profile = new Profile();
    const x = tf.ones([64, 64]) as tf.Tensor2D;
    // Softmax is several kernels of the library; a gradient runs kernels inside kernels of ours.
    await profile.measure(() =>
      tf.tidy(() =>
        tf
          .grad((y) => tf.sum(tf.softmax(y)))(x)
          .dataSync(),
      ),
    );
    profile.stop();
    const { milliseconds, operations, outside } = profile.table();
    const sum = (of: (row: (typeof operations)[number]) => number) =>
      operations.reduce((total, row) => total + of(row), 0);
    expect(sum((row) => row.milliseconds) + outside.milliseconds).toBeCloseTo(milliseconds, 6);
    expect(sum((row) => row.share) + outside.share).toBeCloseTo(1, 6);
    expect(outside.milliseconds).toBeGreaterThan(0);
    for (const row of operations) expect(row.milliseconds).toBeGreaterThanOrEqual(0);
  });

  test('passes errors on, and leaves the kernels as they were', async () => {
    const before = kernels();
    const backend = tf.backend();
    const { write } = backend;
    const profile = new Profile();
    expect(kernels()).not.toEqual(before);
    const broken = () => Promise.reject(new Error('no batch'));
    await expect(profile.measure(broken)).rejects.toThrow('no batch');
    profile.stop();
    expect(kernels()).toEqual(before);
    expect(backend.write).toBe(write);
  });
});

test('profileLines sums up what is negligible', () => {
  const row = (operation: string, share: number) => ({
    operation,
    calls: 2,
    milliseconds: 10 * share,
    share,
  });
  const operations = [row('Conv2D', 0.9), row('Exp', 0.001), row('Neg', 0.001)];
  const outside = { milliseconds: 0.98, share: 0.098 };
  const lines = profileLines({ version: 1, updates: 5, milliseconds: 10, operations, outside });
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    "An update's time: 10.00 ms, mean over 5 updates",
    'operation calls/update ms/update share',
    'Conv2D 2.0 9.000 90.0%',
    '2 others 4.0 0.020 0.2%',
    'outside tensor work 0.980 9.8%',
  ]);
});
