import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  adjustedRandIndex,
  kMeans,
  nearestRows,
  normalisedMutualInformation,
} from '../../src/encoders/index.ts';

/** Points around the corners of a square, with the corner of each. */
function blobs(count: number, spread: number, seed = 1) {
  const random = Random.stream(seed, 'blobs');
  const labels = Int32Array.from({ length: count }, () => random.integer(4));
  const data = Float64Array.from({ length: 2 * count }, (_, i) => {
    const corner = labels[i >> 1];
    return 10 * (i % 2 === 0 ? corner & 1 : corner >> 1) + spread * random.normal();
  });
  return { labels, x: { rows: count, columns: 2, data } };
}

describe('k-means', () => {
  test('finds well-separated groups', () => {
    const { labels, x } = blobs(200, 0.3);
    const found = kMeans(x, 4, Random.stream(1, 'k'));
    expect(adjustedRandIndex(found.labels, labels)).toBeCloseTo(1, 12);
    expect(normalisedMutualInformation(found.labels, labels)).toBeCloseTo(1, 12);
  });

  test('is seeded, and more clusters leave less', () => {
    const { x } = blobs(100, 3);
    expect(kMeans(x, 5, Random.stream(2, 'k'))).toEqual(kMeans(x, 5, Random.stream(2, 'k')));
    expect(kMeans(x, 100, Random.stream(2, 'k')).inertia).toBeCloseTo(0, 9);
    expect(kMeans(x, 4, Random.stream(2, 'k')).inertia).toBeLessThan(
      kMeans(x, 1, Random.stream(2, 'k')).inertia,
    );
  });

  test('refuses more clusters than rows', () => {
    expect(() => kMeans(blobs(3, 1).x, 4, Random.stream(1, 'k'))).toThrow(/1 to 3 clusters/);
  });
});

describe('agreement of labellings', () => {
  test('values worked out by hand', () => {
    // Contingency [[2, 1], [0, 1]]: 1 pair agrees of 6; expected 3 * 2 / 6 = 1; most (3 + 2) / 2.
    expect(adjustedRandIndex([0, 0, 0, 1], [0, 0, 1, 1])).toBeCloseTo(0, 12);
    const [h, g, joint] = [0.5623351446188083, Math.LN2, 1.0397207708399179];
    expect(normalisedMutualInformation([0, 0, 0, 1], [0, 0, 1, 1])).toBeCloseTo(
      (2 * (h + g - joint)) / (h + g),
      12,
    );
  });

  test('names of classes do not matter, and order of arguments neither', () => {
    const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(labels, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const renamed = b.map((y) => 7 - y);
        for (const score of [adjustedRandIndex, normalisedMutualInformation]) {
          expect(score(a, renamed)).toBeCloseTo(score(a, b), 9);
          expect(score(b, a)).toBeCloseTo(score(a, b), 9);
          expect(score(a, a)).toBeCloseTo(1, 9);
          expect(score(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  test('labels by chance agree with nothing', () => {
    const random = Random.stream(1, 'labels');
    const draw = () => Int32Array.from({ length: 5000 }, () => random.integer(5));
    expect(Math.abs(adjustedRandIndex(draw(), draw()))).toBeLessThan(0.01);
    expect(normalisedMutualInformation(draw(), draw())).toBeLessThan(0.01);
  });
});

test('nearest rows are sorted by cosine, ties by their number', () => {
  const bank = { rows: 4, columns: 2, data: [0, 1, 2, 0, 1, 1, 5, 0] };
  const [found] = nearestRows(bank, { rows: 1, columns: 2, data: [3, 0] }, 3);
  expect(found.map(({ row }) => row)).toEqual([1, 3, 2]);
  expect(found[2].similarity).toBeCloseTo(Math.SQRT1_2, 12);
});
