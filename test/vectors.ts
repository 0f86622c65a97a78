import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** A reference tensor: row-major data; `shape: []` is a scalar. */
export interface VectorTensor {
  shape: number[];
  data: (number | null)[];
}

export interface Tolerance {
  /** A list goes over the leading axis; null in it means "do not compare this row". */
  atol: number | (number | null)[];
  rtol: number;
}

export interface VectorCase {
  name: string;
  params: Record<string, unknown> & { kind: string };
  inputs: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: Record<string, Tolerance>;
}

/** Cases of a reference file, from the folder named by CURLEW_VECTORS or else from test/vectors. */
export function vectorCases(file: string): VectorCase[] {
  const folder = process.env.CURLEW_VECTORS || join(import.meta.dirname, 'vectors');
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cases: VectorCase[] }).cases;
}

export function isTensor(value: unknown): value is VectorTensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
}

/** Values of an expected entry: a tensor, a plain number or (nested) lists of them, flattened. */
function flatten(value: unknown): (number | null)[] {
  if (isTensor(value)) return value.data;
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (typeof value === 'boolean') return [Number(value)];
  return [value as number | null];
}

/** Requires |got - expected| <= atol + rtol * |expected| for every element. */
export function expectClose(
  got: ArrayLike<number> | number,
  expected: unknown,
  tolerance: Tolerance,
  label = '',
): void {
  const want = flatten(expected);
  const have = typeof got === 'number' ? [got] : Array.from(got);
  expect(have.length, `${label}: number of elements`).toBe(want.length);
  const { atol, rtol } = tolerance;
  const row = Array.isArray(atol) ? want.length / atol.length : 1;
  want.forEach((target, i) => {
    const absolute = Array.isArray(atol) ? atol[Math.floor(i / row)] : atol;
    if (target === null || absolute === null) return;
    const allowed = absolute + rtol * Math.abs(target);
    const error = Math.abs(have[i] - target);
    if (!(error <= allowed)) {
      expect.fail(`${label}[${i}]: got ${have[i]}, expected ${target}, off by ${error} (allowed ${allowed})`);
    }
  });
}
