import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer } from '../../src/replay/index.ts';
import { NaiveReplay, episodes, fill, type Layout } from './naive.ts';

const layout: Layout = { height: 4, width: 5, channels: 3, stack: 3, actionSize: 2 };

function buffer(
  options: Partial<Layout> & { capacity?: number; chunkBytes?: number; seed?: number } = {},
): ReplayBuffer {
  const { seed = 1, ...rest } = options;
  return new ReplayBuffer({
    capacity: 10,
    chunkBytes: 200,
    ...layout,
    ...rest,
    random: Random.stream(seed, 'replay'),
  });
}

const layouts = fc.record({
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 5 }),
  channels: fc.constantFrom(1, 3, 4),
  stack: fc.integer({ min: 1, max: 4 }),
  actionSize: fc.integer({ min: 1, max: 3 }),
});

describe('against a list of whole transitions', () => {
  test('gathers the same bytes for any layout, episode lengths and wrap-around', () => {
    const property = fc.property(
      layouts,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
      (shape, capacity, chunkBytes, lengths) => {
        const replay = buffer({ ...shape, capacity, chunkBytes });
        const naive = new NaiveReplay(capacity);
        for (const episode of episodes(shape, lengths)) {
          fill(replay, naive, episode);
          const slots = Int32Array.from(naive.slots.keys());
          expect(replay.size).toBe(naive.slots.size);
          const all = [...naive.slots.values()];
          const join = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
          expect(replay.observations(slots)).toEqual(join(all.map((t) => t.observation)));
          expect(replay.nextObservations(slots)).toEqual(join(all.map((t) => t.next)));
          expect([...replay.actions(slots)]).toEqual(all.flatMap((t) => [...t.action]));
          expect([...replay.rewards(slots)]).toEqual(all.map((t) => t.reward));
          expect([...replay.terminated(slots)]).toEqual(all.map((t) => Number(t.terminated)));
          expect([...replay.truncated(slots)]).toEqual(all.map((t) => Number(t.truncated)));
        }
      },
    );
    fc.assert(property, { numRuns: 150 });
  });

  test('crops like cutting the whole observation', () => {
    const property = fc.property(
      layouts,
      fc.integer({ min: 1, max: 5 }),
      fc.integer(),
      (shape, wish, seed) => {
        const size = Math.min(wish, shape.height, shape.width);
        const replay = buffer({ ...shape, capacity: 20 });
        for (const episode of episodes(shape, [3, 1, 5])) fill(replay, new NaiveReplay(20), episode);
        const random = Random.stream(seed, 'crop');
        const indices = replay.sample(6);
        const offsets = Int32Array.from({ length: 12 }, (_, k) =>
          random.integer((k % 2 === 0 ? shape.height : shape.width) - size + 1),
        );
        const whole = replay.nextObservations(indices);
        const depth = shape.channels * shape.stack;
        const expected: number[] = [];
        for (let n = 0; n < 6; n++) {
          for (let y = 0; y < size; y++) {
            const row = (n * shape.height + offsets[2 * n] + y) * shape.width + offsets[2 * n + 1];
            expected.push(...whole.subarray(row * depth, (row + size) * depth));
          }
        }
        const out = new Uint8Array(expected.length);
        expect(replay.nextObservations(indices, { size, offsets }, out)).toBe(out);
        expect([...out]).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 150 });
  });
});

test('the first frame repeats before an episode start, and no stack reaches into the episode before', () => {
  const replay = buffer({ height: 1, width: 1, channels: 1, actionSize: 1 });
  const step = (frame: number, ends: boolean) => {
    replay.add({
      action: [0],
      reward: 0,
      observation: Uint8Array.of(0, 0, frame),
      terminated: ends,
      truncated: false,
    });
  };
  replay.start(Uint8Array.of(7, 7, 7));
  step(8, true);
  replay.start(Uint8Array.of(20, 20, 20));
  step(21, false);
  expect([...replay.observations(Int32Array.of(0, 1))]).toEqual([7, 7, 7, 20, 20, 20]);
  expect([...replay.nextObservations(Int32Array.of(0, 1))]).toEqual([7, 7, 8, 20, 20, 21]);
});

test('samples every stored transition about equally often, and the same ones for the same seed', () => {
  const replay = buffer({ capacity: 8 });
  for (const episode of episodes(layout, [5, 6])) fill(replay, new NaiveReplay(8), episode);
  const counts = new Array<number>(8).fill(0);
  for (const slot of replay.sample(8000)) counts[slot]++;
  // Chi-square with 7 degrees of freedom: 24.3 is exceeded with probability 0.001.
  expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(24.3);
  const draw = () => {
    const other = buffer({ capacity: 8, seed: 5 });
    for (const episode of episodes(layout, [5, 6])) fill(other, new NaiveReplay(8), episode);
    return [...other.sample(20)];
  };
  expect(draw()).toEqual(draw());
});

test('holds each frame about once, however long it runs', () => {
  const replay = buffer({ capacity: 50, chunkBytes: 240 });
  for (let round = 0; round < 20; round++) {
    for (const episode of episodes(layout, [25])) fill(replay, new NaiveReplay(50), episode);
  }
  const frame = 4 * 5 * 3;
  const table = 50 * (2 * 4 + 4 + 1 + 1 + 4 + 1);
  // 50 transitions, one last frame for each of at most 3 episodes, a stack, and a chunk open at either end.
  expect(replay.bytes).toBeLessThanOrEqual(table + (50 + 3 + 2 + 8) * frame);
});

test('says what is wrong with its use', () => {
  const replay = buffer();
  const observation = new Uint8Array(4 * 5 * 9);
  const step = { action: [0, 0], reward: 0, observation, terminated: false, truncated: true };
  expect(() => replay.sample(1)).toThrow('empty');
  expect(() => replay.add(step)).toThrow('start(observation)');
  replay.start(observation);
  expect(() => replay.add({ ...step, action: [0] })).toThrow('An action has 1 numbers, not 2');
  expect(() => replay.start(new Uint8Array(7))).toThrow('7 bytes');
  replay.add(step);
  expect(() => replay.add(step)).toThrow('start(observation)');
  expect(() => replay.observations(Int32Array.of(1))).toThrow('no transition 1');
  expect(() => replay.observations(Int32Array.of(0), { size: 3, offsets: Int32Array.of(2, 0) })).toThrow(
    'leaves the image',
  );
});
