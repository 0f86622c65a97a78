import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { orthonormalRows } from '../../src/engine/orthonormal.ts';

/** Rows, columns: square and not, odd, fewer and more than the kernel takes at a time. */
const SHAPES = [
  [1, 1],
  [1, 7],
  [3, 3],
  [4, 5],
  [5, 5],
  [6, 11],
  [7, 64],
  [33, 33],
  [50, 301],
  [130, 130],
] as const;

describe('orthonormalRows', () => {
  test.each(SHAPES)('%d rows of %d numbers are orthonormal', (count, columns) => {
    const random = Random.stream(1, 'rows', count, columns);
    const rows = orthonormalRows(count, columns, () => random.normal());
    expect(rows.map((row) => row.length)).toEqual(Array.from({ length: count }, () => columns));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        const product = rows[i].reduce((sum, value, k) => sum + value * rows[j][k], 0);
        expect(Math.abs(product - (i === j ? 1 : 0)), `rows ${i} and ${j}`).toBeLessThan(1e-12);
      }
    }
  });

  test('each row lies in the span of its own vector and those before it', () => {
    const random = Random.stream(2, 'rows');
    const given = Array.from({ length: 6 }, () => Array.from({ length: 9 }, () => random.normal()));
    const values = given.flat();
    const rows = orthonormalRows(6, 9, () => values.shift()!);
    given.forEach((vector, i) => {
      const rest = Float64Array.from(vector);
      for (const row of rows.slice(0, i + 1)) {
        const part = row.reduce((sum, value, k) => sum + value * vector[k], 0);
        row.forEach((value, k) => (rest[k] -= part * value));
      }
      expect(Math.hypot(...rest)).toBeLessThan(1e-12);
    });
  });

  test('a vector near the span of the others becomes orthogonal all the same', () => {
    const near = [1, 0, 0, 1, 1e-7, 0, 1, 1e-7, 1e-7];
    const rows = orthonormalRows(3, 3, () => near.shift()!);
    expect(rows.map((row) => [...row].map((value) => value.toFixed(6)))).toEqual([
      ['1.000000', '0.000000', '0.000000'],
      ['0.000000', '1.000000', '0.000000'],
      ['0.000000', '0.000000', '1.000000'],
    ]);
  });
});
