import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Series } from '../../src/runs/index.ts';
import { line } from './fixtures.ts';

function seriesOf(values: readonly number[], limit?: number): Series {
  const series = new Series('train', limit);
  values.forEach((value, i) => series.push(line(i + 1, {}), value));
  return series;
}

test('without a limit every point is kept', () => {
  const values = Array.from({ length: 5000 }, (_, i) => i * i);
  const series = seriesOf(values);
  expect(series.value).toEqual(values);
  expect(series.agentStep).toEqual(values.map((_, i) => i + 1));
});

test('points are merged in pairs into their mean, at the last step of each', () => {
  const series = seriesOf([1, 3, 5, 7, 100], 4);
  expect(series.value).toEqual([2, 6, 100]);
  expect(series.agentStep).toEqual([2, 4, 5]);
  expect(series.envStep).toEqual([16, 32, 40]);
});

test('with a limit, the points are the means of equal stretches that cover the run', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 20 }), (raw, limit) => {
      const series = seriesOf(raw, limit);
      expect(series.length).toBeLessThanOrEqual(limit);
      expect(series.count).toBe(raw.length);
      expect(series.last).toBe(raw.at(-1));
      expect(series.agentStep.at(-1)).toBe(raw.length);
      let start = 0;
      series.agentStep.forEach((end, i) => {
        const stretch = raw.slice(start, end);
        if (i > 0 && i < series.length - 1) expect(stretch.length).toBe(series.agentStep[0]);
        expect(series.value[i]).toBeCloseTo(stretch.reduce((a, b) => a + b) / stretch.length, 6);
        start = end;
      });
    }),
  );
});

test('a value that is no number shows as a gap, and the newest value is never hidden', () => {
  const series = seriesOf([1, NaN, 2, 3, 4], 4);
  expect(series.value).toEqual([NaN, 2.5, 4]);
  expect(series.last).toBe(4);
});
