import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunError } from '../../src/base/index.ts';
import { checkNoLeak, startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(() => startEngine({ name: 'cpu' }));
afterAll(stopEngine);

describe('checkNoLeak', () => {
  test('passes what cleans up', async () => {
    await checkNoLeak(() => tf.tidy(() => void tf.add(tf.ones([3]), 1)));
    await checkNoLeak(async () => {
      const x = tf.ones([2]);
      await x.data();
      x.dispose();
    });
  });

  test('tells how many tensors were left', async () => {
    const leak = checkNoLeak(() => [tf.ones([2]), tf.ones([3])]);
    await expect(leak).rejects.toThrow(RunError);
    await expect(leak).rejects.toThrow(/2 more than before/);
    await expect(checkNoLeak(async () => tf.scalar(await Promise.resolve(1)))).rejects.toThrow(/1 more/);
  });

  test('tells that tensors of others were disposed', async () => {
    const x = tf.ones([2]);
    await expect(checkNoLeak(() => x.dispose())).rejects.toThrow(/disposed that others may hold: 1/);
  });

  test('lets the errors of what it runs through', async () => {
    await expect(checkNoLeak(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  });
});
