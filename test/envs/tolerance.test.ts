import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallControl, tolerance } from '../../src/envs/control/index.ts';

const shapes = fc.constantFrom('gaussian' as const, 'linear' as const, 'quadratic' as const);
const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('tolerance', () => {
  test('is 1 inside the bounds and falls to valueAtMargin one margin outside', () => {
    fc.assert(
      fc.property(
        shapes,
        finite(-5, 5),
        finite(0, 5),
        finite(0.1, 5),
        finite(0.01, 0.99),
        (shape, low, width, margin, v) => {
          const options = { bounds: [low, low + width] as const, margin, shape, valueAtMargin: v };
          expect(tolerance(low, options)).toBe(1);
          expect(tolerance(low + width / 2, options)).toBe(1);
          expect(tolerance(low - margin, options)).toBeCloseTo(v, 9);
          expect(tolerance(low + width + margin, options)).toBeCloseTo(v, 9);
        },
      ),
    );
  });

  test('never rises on the way out, and stays in [0, 1]', () => {
    fc.assert(
      fc.property(shapes, finite(0, 10), finite(0, 10), (shape, a, b) => {
        const value = (x: number) => tolerance(x, { margin: 2, shape, valueAtMargin: 0.3 });
        expect(value(Math.max(a, b))).toBeLessThanOrEqual(value(Math.min(a, b)));
        expect(value(a)).toBeGreaterThanOrEqual(0);
        expect(value(-a)).toBe(value(a));
      }),
    );
  });

  test('without a margin it is a step, and infinite bounds are open', () => {
    expect(tolerance(0.1)).toBe(0);
    expect(tolerance(0)).toBe(1);
    expect(tolerance(1e9, { bounds: [2, Infinity] })).toBe(1);
  });

  test('small controls: 1 - u^2', () => {
    expect([0, 0.5, -1].map(smallControl)).toEqual([1, 0.75, 0]);
  });
});
