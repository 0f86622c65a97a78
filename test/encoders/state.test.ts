import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  BatchNorm,
  EmbeddingQueue,
  MemoryBank,
  ProjectionHead,
  headLayers,
  momentumSchedule,
  ntXent,
  sinkhorn,
} from '../../src/encoders/index.ts';
import { checkNoLeak, startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'cpu', threads: 1 });
});
afterAll(stopEngine);

describe('embedding queue', () => {
  test('is a ring for batches of any size', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      (capacity, sizes) => {
        const queue = new EmbeddingQueue(capacity, 2, new Random('queue'));
        const ring = Array.from(queue.rows.dataSync());
        let next = 0;
        for (const n of sizes) {
          const first = next;
          const batch = Float32Array.from({ length: 2 * n }, (_, i) => 2 * first + i);
          for (let i = 0; i < n; i++, next++) {
            const row = next % capacity;
            [ring[2 * row], ring[2 * row + 1]] = [batch[2 * i], batch[2 * i + 1]];
          }
          tf.tidy(() => queue.push(tf.tensor2d(batch, [n, 2])));
          expect(Array.from(queue.rows.dataSync())).toEqual(ring);
          expect(queue.pointer).toBe(next % capacity);
          expect(queue.filled).toBe(Math.min(capacity, next));
        }
        queue.dispose();
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('knows how long ago its rows were pushed, through a snapshot too', async () => {
    const queue = new EmbeddingQueue(5, 1, new Random('queue'));
    const push = (n: number) => tf.tidy(() => queue.push(tf.ones<tf.Rank.R2>([n, 1])));
    expect(queue.age).toBe(0);
    push(2);
    expect(queue.age).toBe(1);
    push(2);
    expect(queue.age).toBe((2 * 1 + 2 * 2) / 4);
    push(2);
    // Of the first push one row is left.
    expect(queue.age).toBe((2 * 1 + 2 * 2 + 1 * 3) / 5);
    const copy = new EmbeddingQueue(5, 1, new Random('other'));
    copy.restore(await queue.state());
    expect(copy.age).toBe(queue.age);
    push(9);
    expect(queue.age).toBe(1);
  });

  test('starts with unit rows, and pushing holds the number of tensors', async () => {
    const queue = new EmbeddingQueue(5, 3, new Random('queue'));
    const lengths = tf.tidy(() => tf.sum(tf.square(queue.rows), 1).dataSync());
    for (const length of lengths) expect(length).toBeCloseTo(1, 5);
    const batch = tf.ones<tf.Rank.R2>([3, 3]);
    await checkNoLeak(() => queue.push(batch));
    tf.dispose(batch);
    queue.dispose();
  });
});

describe('memory bank', () => {
  test('a slot that holds another transition has no row, and is no negative', () => {
    const bank = new MemoryBank(2);
    const [slots, numbers] = [Int32Array.of(0, 3), Int32Array.of(10, 13)];
    bank.write({ slots, numbers }, [1, 2, 3, 4]);
    expect([...bank.valid({ slots, numbers })]).toEqual([1, 1]);
    expect([...bank.live(10)]).toEqual([0, 3]);
    // Replay went once around: slot 0 holds transition 20 now.
    const now = { slots, numbers: Int32Array.of(20, 13) };
    expect([...bank.valid(now)]).toEqual([0, 1]);
    expect([...bank.live(11)]).toEqual([3]);
    expect([...bank.valid({ slots: Int32Array.of(1, 99), numbers: Int32Array.of(11, 99) })]).toEqual([0, 0]);
    bank.write(now, [5, 6, 7, 8]);
    expect([...bank.read(slots)]).toEqual([5, 6, 7, 8]);
    expect([...bank.valid(now)]).toEqual([1, 1]);
  });

  test('knows how long ago the rows of slots were written', () => {
    const bank = new MemoryBank(1);
    const at = (...slots: number[]) => ({ slots: Int32Array.from(slots), numbers: Int32Array.from(slots) });
    bank.write(at(0, 1), [1, 2]);
    bank.write(at(1), [3]);
    expect(bank.age(Int32Array.of(0, 1))).toBe((2 + 1) / 2);
    expect(bank.age(new Int32Array(0))).toBe(0);
    const copy = new MemoryBank(1);
    copy.restore(bank.state());
    copy.write(at(5), [1]);
    expect(copy.age(Int32Array.of(0, 1, 5))).toBe((3 + 2 + 1) / 3);
  });

  test('keeps its rows when it grows, and through a snapshot', () => {
    const bank = new MemoryBank(1);
    const all = Int32Array.from({ length: 50 }, (_, slot) => slot);
    for (const slot of all) bank.write({ slots: Int32Array.of(slot), numbers: Int32Array.of(slot) }, [slot]);
    expect([...bank.read(all)]).toEqual([...all]);
    const copy = new MemoryBank(1);
    copy.restore(bank.state());
    bank.write({ slots: all, numbers: all }, new Float32Array(50));
    expect([...copy.read(all)]).toEqual([...all]);
    expect([...copy.live(48)]).toEqual([48, 49]);
  });
});

describe('heads', () => {
  const random = () => new Random('head');

  test('batch norm takes sample i with those of i mod splits', () => {
    const norm = new BatchNorm(1, { scale: true, shift: true, splits: 2 });
    const y = norm.apply(tf.tensor2d([0, 100, 2, 300], [4, 1])).dataSync();
    // Groups {0, 2} and {100, 300}: each becomes -1 and 1.
    [-1, -1, 1, 1].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 4));
    expect(() => norm.apply(tf.zeros<tf.Rank.R2>([5, 1]))).toThrow(
      'train.batchSize (5) must be a multiple of encoder.splits (2).',
    );
  });

  test('one split is the ordinary batch norm', () => {
    const x = tf.tensor2d(random().normals(60), [12, 5]);
    const y = new BatchNorm(5, { scale: false, shift: false }).apply(x);
    const { mean, variance } = tf.moments(y, 0);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 4);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
  });

  test('are what their data says', () => {
    expect(headLayers([7, 7], 3, 'batch', 'batch-scale')).toEqual([
      { size: 7, norm: 'batch', relu: true },
      { size: 7, norm: 'batch', relu: true },
      { size: 3, norm: 'batch-scale', relu: false },
    ]);
    const head = new ProjectionHead(4, headLayers([7], 3, 'batch', 'batch-plain'), random());
    expect(head.parameters.names).toEqual(['dense0/kernel', 'norm0/gamma', 'norm0/beta', 'dense1/kernel']);
    const free = new ProjectionHead(4, headLayers([7], 3, 'layer', 'batch-plain'), random());
    expect(free.parameters.names).toEqual([
      'dense0/kernel',
      'dense0/bias',
      'norm0/gamma',
      'norm0/beta',
      'dense1/kernel',
      'dense1/bias',
    ]);
    const x = tf.ones<tf.Rank.R2>([2, 4]);
    expect(head.apply(x).shape).toEqual([2, 3]);
    expect(free.apply(x, 1).shape).toEqual([2, 7]);
  });
});

test('the momentum schedule ends at 1 and stays there', () => {
  expect(momentumSchedule(0, 10, 0.99)).toBeCloseTo(0.99, 12);
  expect(momentumSchedule(10, 10, 0.99)).toBe(1);
  expect(momentumSchedule(1000, 10, 0.99)).toBe(1);
});

test('a memory of K equal embeddings makes NT-Xent ln(2N - 1 + K)', () => {
  const unit = tf.tensor2d([1, 0].concat([1, 0], [1, 0]), [3, 2]);
  const { loss } = ntXent(unit, unit, 0.5, tf.tensor2d([1, 0, 1, 0], [2, 2]));
  expect(loss.dataSync()[0]).toBeCloseTo(Math.log(2 * 3 - 1 + 2), 5);
});

test('Sinkhorn gives every sample one unit, and every prototype about its share', () => {
  const scores = tf.tensor2d(new Random('scores').normals(40), [10, 4]);
  const q = sinkhorn(scores, { epsilon: 0.5, iterations: 50 });
  for (const sum of tf.sum(q, 1).dataSync()) expect(sum).toBeCloseTo(1, 4);
  for (const sum of tf.sum(q, 0).dataSync()) expect(sum).toBeCloseTo(10 / 4, 3);
});
