import { afterAll, beforeAll, describe, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { expectSame, Fixture, integer, normals, pick, VARIANTS } from './kernels-support.ts';
import type { Called } from './kernels-support.ts';

interface Case {
  sizes: [batch: number, rows: number, inner: number, columns: number];
  transposeA: boolean;
  transposeB: boolean;
}

const FORMS = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

/** Sizes with tails of every kind, long sums, wide products and single rows and columns. */
const SIZES: Case['sizes'][] = [
  [1, 1, 1, 1],
  [1, 1, 700, 50],
  [1, 128, 1100, 50],
  [1, 200, 130, 67],
  [1, 97, 64, 256],
  [1, 64, 513, 1],
  [1, 3, 5, 130],
  [2, 31, 40, 33],
  [3, 5, 7, 9],
];

const random = Random.stream(2, 'matmul');
const randomSizes = (): Case['sizes'] => [
  pick(random, [1, 1, 2]),
  integer(random, 1, 70),
  integer(random, 1, 90),
  integer(random, 1, 90),
];
const CASES: Case[] = [
  ...SIZES.flatMap((sizes) => FORMS.map((form) => ({ sizes, ...form }))),
  ...Array.from({ length: 40 }, () => ({ sizes: randomSizes(), ...pick(random, FORMS) })),
];
const CALLS = CASES.map(({ sizes: [batch, rows, inner, columns], transposeA, transposeB }) => {
  const a = normals(random, transposeA ? [batch, inner, rows] : [batch, rows, inner]);
  const b = normals(random, transposeB ? [batch, columns, inner] : [batch, inner, columns]);
  const bias = normals(random, [columns]);
  const activation = pick(random, ['relu', 'linear']);
  return {
    BatchMatMul: { kernel: 'BatchMatMul', inputs: { a, b }, attrs: { transposeA, transposeB } },
    _FusedMatMul: {
      kernel: '_FusedMatMul',
      inputs: { a, b, bias },
      attrs: { transposeA, transposeB, activation },
    },
  };
});

const BROADCAST: Called = {
  kernel: 'BatchMatMul',
  inputs: { a: normals(random, [4, 3, 5]), b: normals(random, [1, 5, 6]) },
  attrs: { transposeA: false, transposeB: false },
};

describe.each(VARIANTS)('matrix products, $simd, $threads threads', ({ simd, threads }) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start(simd, threads);
  });
  afterAll(() => fixture.stop());

  test.each(['BatchMatMul', '_FusedMatMul'] as const)('%s agrees with the cpu backend', async (kernel) => {
    for (const calls of CALLS) await expectSame(calls[kernel]);
  });

  test('batches that are broadcast go to the library', () => expectSame(BROADCAST));
});
