import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  area,
  bootstrapIntervals,
  estimate,
  firstStepAt,
  interquartileMean,
  mannWhitney,
  meanScore,
  medianScore,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
  quantile,
  scoreAt,
  stepsToThreshold,
  tasksOfRows,
} from '../../src/bench/index.ts';

const score = fc.double({ min: -2, max: 3, noNaN: true });
const runs = fc.array(score, { minLength: 1, maxLength: 7 });
const scores = fc.array(runs, { minLength: 1, maxLength: 5 });
const pair = fc
  .integer({ min: 1, max: 4 })
  .chain((n) => fc.tuple(...[0, 1].map(() => fc.array(runs, { minLength: n, maxLength: n }))));

test('aggregates lie between the lowest and the highest score and move with them', () => {
  fc.assert(
    fc.property(scores, fc.double({ min: -1, max: 1, noNaN: true }), (x, shift) => {
      const all = x.flat();
      const moved = x.map((task) => task.map((value) => value + shift));
      for (const statistic of [meanScore, medianScore, interquartileMean]) {
        expect(statistic(x)).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(statistic(x)).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
        expect(statistic(moved)).toBeCloseTo(statistic(x) + shift, 9);
      }
      expect(optimalityGap()(x)).toBeGreaterThanOrEqual(-1e-12);
    }),
  );
});

test('the interquartile mean does not see what lies in the outer quarters', () => {
  expect(interquartileMean([[1, 2, 3, 4, 5, 6, 7, 8]])).toBe(4.5);
  expect(
    interquartileMean([
      [-1000, 2, 3, 4],
      [5, 6, 7, 1e9],
    ]),
  ).toBe(4.5);
});

test('one of two methods is better in as many pairs as the other is not', () => {
  fc.assert(
    fc.property(pair, ([x, y]) => {
      expect(probabilityOfImprovement(x, y) + probabilityOfImprovement(y, x)).toBeCloseTo(1, 12);
      expect(probabilityOfImprovement(x, x)).toBeCloseTo(0.5, 12);
    }),
  );
});

test('a performance profile falls from all runs to none, and its area above 0 is the mean of the scores there', () => {
  fc.assert(
    fc.property(scores, (x) => {
      const thresholds = Array.from({ length: 61 }, (_, i) => -3 + i / 8);
      const profile = performanceProfile(x, thresholds);
      const naive = thresholds.map((tau) => x.flat().filter((value) => value > tau).length / x.flat().length);
      expect(profile).toEqual(naive);
      expect(profile[0]).toBe(1);
      expect(profile.at(-1)).toBe(0);
    }),
  );
});

test('an interval is a function of scores and seed; it holds the point and closes around equal runs', () => {
  const x = [
    [0.1, 0.5, 0.3, 0.9],
    [0.2, 0.4, 0.4, 0.7],
  ];
  const interval = (seed: number) =>
    bootstrapIntervals([x], ([drawn]) => [interquartileMean(drawn)], { seed, replicates: 500 })[0];
  expect(interval(1)).toEqual(interval(1));
  expect(interval(1)).not.toEqual(interval(2));
  const [low, high] = interval(1);
  expect(low).toBeLessThan(interquartileMean(x));
  expect(high).toBeGreaterThan(interquartileMean(x));
  expect(estimate([[[2, 2, 2]]], ([same]) => meanScore(same)).interval).toEqual([2, 2]);
});

test('tasks are resampled apart: two constant tasks never mix', () => {
  const drawn = bootstrapIntervals(
    [
      [
        [0, 0, 0],
        [10, 10, 10],
      ],
    ],
    ([x]) => [meanScore(x)],
    { replicates: 100 },
  );
  expect(drawn).toEqual([[5, 5]]);
});

test('too few runs give a point without an interval', () => {
  expect(
    estimate(
      [
        [
          [1, 2, 3],
          [4, 5],
        ],
      ],
      ([x]) => meanScore(x),
    ),
  ).toEqual({ point: 3.25, interval: null, runs: 2 });
  expect(estimate([[[1, 2, 3], []]], ([x]) => meanScore(x))).toEqual({ point: NaN, interval: null, runs: 0 });
});

test('scores between evaluations lie on the line between them, and nowhere beyond', () => {
  const curve = { steps: [0, 10, 30], scores: [0, 100, 50] };
  expect([0, 5, 10, 20, 30].map((step) => scoreAt(curve, step))).toEqual([0, 50, 100, 75, 50]);
  expect([-1, 31].map((step) => scoreAt(curve, step))).toEqual([null, null]);
  expect(area(curve)).toBe(500 + 1500);
  expect([stepsToThreshold(curve, 60), firstStepAt(curve, 60), stepsToThreshold(curve, 101)]).toEqual([
    6,
    10,
    null,
  ]);
});

test('the exact rank test counts arrangements', () => {
  // Of the 20 ways to choose three of six, one puts all of x above y, and one below.
  expect(mannWhitney([4, 5, 6], [1, 2, 3])).toMatchObject({ u: 9, exact: 0.1 });
  expect(mannWhitney([1, 2], [2, 3]).exact).toBeNull();
});

test('quantiles are linear between neighbours, and rows turn into tasks', () => {
  expect([0, 0.5, 0.625, 1].map((q) => quantile([1, 2, 3, 4, 9], q))).toEqual([1, 3, 3.5, 9]);
  expect(
    tasksOfRows([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
});
