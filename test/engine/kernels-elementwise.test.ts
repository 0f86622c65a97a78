import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { expectNear, expectSame, Fixture, integer, normals, pick, run, VARIANTS } from './kernels-support.ts';
import type { Called, Given } from './kernels-support.ts';

const random = Random.stream(3, 'elementwise');

const SHAPES = [
  [5, 7, 7, 3],
  [3, 16, 16, 32],
  [128, 50],
  [2000, 1],
  [1, 9],
  [70_000],
  [4, 33, 31, 5],
  [257, 13],
];
const SUMS: Called[] = SHAPES.flatMap((shape) =>
  [shape.length - 1, shape.length, 1].map((axes) => ({
    kernel: 'Sum',
    inputs: { x: normals(random, shape) },
    attrs: { axis: Array.from({ length: axes }, (_, i) => i), keepDims: pick(random, [true, false]) },
  })),
);
const INNER_SUM: Called = {
  kernel: 'Sum',
  inputs: { x: normals(random, [6, 10]) },
  attrs: { axis: [1], keepDims: false },
};

/** Sizes of one task, several tasks, and no whole vector. */
const SIZES = [1, 3, 4, 50, 1027, 50_001];

const norms = Array.from({ length: 12 }, () => [integer(random, 1, 70), integer(random, 1, 130)]);

function doubles(given: Given): number[] {
  return Array.from(given.values);
}

describe.each(VARIANTS)('element-wise kernels, $simd, $threads threads', ({ simd, threads }) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start(simd, threads);
  });
  afterAll(() => fixture.stop());

  test('Sum over leading axes and over all agrees with the cpu backend', async () => {
    for (const called of SUMS) await expectSame(called, 2e-5);
  });

  test('Sum over other axes goes to the library', () => expectSame(INNER_SUM));

  test('CurlewReluGrad lets gradients pass where the output is positive', async () => {
    for (const size of SIZES) {
      const [dy, y] = [normals(random, [size]), normals(random, [size])];
      y.values[0] = 0;
      const [dx] = await run('wasm', { kernel: 'CurlewReluGrad', inputs: { dy, y } });
      expect(dx.values).toEqual(Float32Array.from(dy.values, (value, i) => (y.values[i] > 0 ? value : 0)));
    }
  });

  test('CurlewBytesToFloat scales bytes', async () => {
    for (const size of SIZES) {
      const bytes = Uint8Array.from({ length: size }, () => random.integer(256));
      const attrs = { bytes, shape: [1, size], scale: 1 / 255 };
      const [y] = await run('wasm', { kernel: 'CurlewBytesToFloat', inputs: {}, attrs });
      const scale = Math.fround(1 / 255);
      expect(y).toEqual({
        shape: [1, size],
        values: Float32Array.from(bytes, (byte) => Math.fround(byte * scale)),
      });
    }
    await tf.setBackend('wasm');
    const attrs = { bytes: new Uint8Array(5), shape: [2, 3], scale: 1 };
    await expect(run('wasm', { kernel: 'CurlewBytesToFloat', inputs: {}, attrs })).rejects.toThrow(
      '5 bytes do not fill a tensor of shape [2,3].',
    );
  });

  test('CurlewLayerNorm and its gradient agree with double precision', async () => {
    for (const [rows, size] of norms) {
      const [x, dy] = [normals(random, [rows, size]), normals(random, [rows, size])];
      const [gamma, beta] = [normals(random, [size]), normals(random, [size])];
      const want = layerNormReference(dy, x, gamma, beta, 1e-5);
      const [y, mean, inverseStd] = await run('wasm', {
        kernel: 'CurlewLayerNorm',
        inputs: { x, gamma, beta },
        attrs: { eps: 1e-5 },
      });
      const inputs = { dy, x, gamma, mean, inverseStd };
      const [dx, dGamma, dBeta] = await run('wasm', { kernel: 'CurlewLayerNormGrad', inputs });
      expectNear(y, want.y, 'y');
      // Where a row's values hardly differ, 1 / std multiplies every rounding error.
      expectNear(dx, want.dx, 'dx', size < 3 ? 1e-2 : 2e-5);
      expectNear(dGamma, want.dGamma, 'dgamma');
      expectNear(dBeta, want.dBeta, 'dbeta');
    }
  });

  test('CurlewSoftmaxCrossEntropy agrees with double precision', async () => {
    for (const [rows, size] of norms) {
      const logits = normals(random, [rows, size]);
      logits.values.forEach((value, i) => (logits.values[i] = value * 10));
      const labels = { shape: [rows], values: Int32Array.from({ length: rows }, () => random.integer(size)) };
      const want = crossEntropyReference(logits, labels);
      const [loss, dLogits] = await run('wasm', {
        kernel: 'CurlewSoftmaxCrossEntropy',
        inputs: { logits, labels },
      });
      expectNear(loss, want.loss, 'loss', 1e-6);
      expectNear(dLogits, want.dLogits, 'dlogits', 1e-6);
    }
  });

  test('CurlewSoftmaxCrossEntropy stays finite for large logits', async () => {
    const logits = { shape: [2, 3], values: Float32Array.of(1e4, -1e4, 0, 3e4, 3e4, 3e4) };
    const labels = { shape: [2], values: Int32Array.of(1, 2) };
    const [loss, dLogits] = await run('wasm', {
      kernel: 'CurlewSoftmaxCrossEntropy',
      inputs: { logits, labels },
    });
    expect(loss.values[0]).toBe(2e4);
    expect(loss.values[1]).toBeCloseTo(Math.log(3), 6);
    expectNear(
      dLogits,
      { shape: [2, 3], values: Float32Array.of(1, -1, 0, 1 / 3, 1 / 3, -2 / 3) },
      'dlogits',
      1e-6,
    );
  });
});

function layerNormReference(dy: Given, x: Given, gamma: Given, beta: Given, eps: number) {
  const [rows, size] = x.shape;
  const [g, b] = [doubles(gamma), doubles(beta)];
  const result = {
    y: [] as number[],
    dx: [] as number[],
    dGamma: Array(size).fill(0),
    dBeta: Array(size).fill(0),
  };
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / size;
  for (let row = 0; row < rows; row++) {
    const values = doubles(x).slice(row * size, (row + 1) * size);
    const gradient = doubles(dy).slice(row * size, (row + 1) * size);
    const mean = meanOf(values);
    const inverse = 1 / Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)) + eps);
    const h = values.map((value) => (value - mean) * inverse);
    const inner = gradient.map((value, i) => value * g[i]);
    const meanInner = meanOf(inner);
    const meanProduct = meanOf(inner.map((value, i) => value * h[i]));
    h.forEach((value, i) => {
      result.y.push(value * g[i] + b[i]);
      result.dx.push(inverse * (inner[i] - meanInner - value * meanProduct));
      result.dGamma[i] += gradient[i] * value;
      result.dBeta[i] += gradient[i];
    });
  }
  const given = (shape: number[], values: number[]) => ({ shape, values: Float32Array.from(values) });
  return {
    y: given(x.shape, result.y),
    dx: given(x.shape, result.dx),
    dGamma: given([size], result.dGamma),
    dBeta: given([size], result.dBeta),
  };
}

function crossEntropyReference(logits: Given, labels: Given) {
  const [rows, size] = logits.shape;
  const loss = new Float32Array(rows);
  const dLogits = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const values = doubles(logits).slice(row * size, (row + 1) * size);
    const largest = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - largest));
    const total = powers.reduce((sum, value) => sum + value, 0);
    const label = labels.values[row];
    loss[row] = Math.log(total) - (values[label] - largest);
    powers.forEach((power, i) => (dLogits[row * size + i] = power / total - Number(i === label)));
  }
  return { loss: { shape: [rows], values: loss }, dLogits: { shape: [rows, size], values: dLogits } };
}
