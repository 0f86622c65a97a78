import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { centerCrop, randomCrop } from '../../src/replay/index.ts';

test('random corners cover 0 to 15 without the last offset and 0 to 16 with it, for 100 to 84 pixels', () => {
  const without = randomCrop(Random.stream(1, 'a'), 5000, 100, 84, { lastOffset: false });
  const withLast = randomCrop(Random.stream(1, 'a'), 5000, 100, 84, { lastOffset: true });
  expect(without.length).toBe(10_000);
  expect([Math.min(...without), Math.max(...without), new Set(without).size]).toEqual([0, 15, 16]);
  expect([Math.min(...withLast), Math.max(...withLast), new Set(withLast).size]).toEqual([0, 16, 17]);
});

test('corners of y and x are drawn independently', () => {
  const offsets = randomCrop(Random.stream(2, 'a'), 4000, 12, 8, { lastOffset: true });
  const pairs = new Set<number>();
  for (let n = 0; n < 4000; n++) pairs.add(5 * offsets[2 * n] + offsets[2 * n + 1]);
  expect(pairs.size).toBe(25);
});

test('an image of the size of the crop keeps its one corner, a smaller one is refused', () => {
  expect([...randomCrop(Random.stream(1, 'a'), 2, 84, 84, { lastOffset: false })]).toEqual([0, 0, 0, 0]);
  expect(() => randomCrop(Random.stream(1, 'a'), 2, 80, 84, { lastOffset: false })).toThrow(
    'Cannot crop 84 pixels out of 80',
  );
});

test('the centre crop takes the middle of each image of a batch', () => {
  const shape = { height: 4, width: 6, channels: 2 };
  const images = Uint8Array.from({ length: 2 * 4 * 6 * 2 }, (_, k) => k);
  const at = (n: number, y: number, x: number) => ((n * 4 + y) * 6 + x) * 2;
  const expected = [0, 1].flatMap((n) =>
    [1, 2].flatMap((y) => [2, 3].flatMap((x) => [at(n, y, x), at(n, y, x) + 1])),
  );
  expect([...centerCrop(images, shape, 2)]).toEqual(expected);
  expect(() => centerCrop(images, shape, 5)).toThrow('Cannot crop 5 pixels out of 4x6');
});
