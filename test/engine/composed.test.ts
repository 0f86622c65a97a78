import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  expect(await startEngine({ name: 'wasm', threads: 2, kernels: 'composed' })).toMatchObject({
    kernels: 'composed',
  });
});
afterAll(stopEngine);

const random = Random.stream(3, 'composed kernels');

function normal(shape: number[]): { shape: number[]; values: Float32Array } {
  return { shape, values: random.normals(tf.util.sizeFromShape(shape)) };
}

type Inputs = { shape: number[]; values: Float32Array }[];

/** What a function of tensors gives on one backend; no tensor may be left over. */
function valuesOn(
  backend: string,
  inputs: Inputs,
  compute: (...tensors: tf.Tensor[]) => tf.Tensor[],
): Float32Array[] {
  tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const data = tf.engine().backend.numDataIds();
  const values = tf.tidy(
    () =>
      compute(...inputs.map(({ shape, values }) => tf.tensor(values, shape, 'float32'))).map((result) =>
        result.dataSync(),
      ) as unknown as tf.TensorContainerArray,
  ) as unknown as Float32Array[];
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.engine().backend.numDataIds(), 'data left on the backend').toBe(data);
  return values;
}

/** Requires the wasm backend to give what the cpu backend gives, up to rounding. */
function expectAlike(inputs: Inputs, compute: (...tensors: tf.Tensor[]) => tf.Tensor[]): void {
  const expected = valuesOn('cpu', inputs, compute);
  const got = valuesOn('wasm', inputs, compute);
  expected.forEach((values, k) => {
    const scale = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / Math.max(1, values.length)) || 1;
    expect(got[k].length).toBe(values.length);
    values.forEach((value, i) => {
      if (!(Math.abs(got[k][i] - value) <= 2e-5 * scale + 1e-4 * Math.abs(value))) {
        expect.fail(`result ${k}[${i}]: wasm ${got[k][i]}, cpu ${value}, typical size ${scale}`);
      }
    });
  });
}

const stride = fc.integer({ min: 1, max: 3 });
const amount = fc.integer({ min: 0, max: 2 });

interface Convolution {
  batch: number;
  height: number;
  width: number;
  kernel: [number, number];
  channels: number;
  out: number;
  strides: [number, number];
  pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
}

const pair = (values: fc.Arbitrary<number>) => fc.tuple(values, values);
const square = (values: fc.Arbitrary<number>) => values.map((n): [number, number] => [n, n]);
const kernel = fc.integer({ min: 1, max: 5 });

const explicitPad = fc
  .tuple(pair(amount), pair(amount))
  .map(([height, width]): Convolution['pad'] => [[0, 0], height, width, [0, 0]]);

const convolution: fc.Arbitrary<Convolution> = fc
  .oneof(
    fc.record({
      kernel: pair(kernel),
      strides: pair(stride),
      pad: fc.oneof(fc.constantFrom('valid' as const, 'same' as const), explicitPad),
    }),
    // The library computes wrong output shapes for one number as padding unless filter and stride are square.
    fc.record({ kernel: square(kernel), strides: square(stride), pad: amount }),
  )
  .chain((form) =>
    fc.record({
      batch: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 5, max: 12 }),
      width: fc.integer({ min: 5, max: 12 }),
      channels: fc.integer({ min: 1, max: 5 }),
      out: fc.integer({ min: 1, max: 9 }),
      kernel: fc.constant(form.kernel),
      strides: fc.constant(form.strides),
      pad: fc.constant(form.pad),
    }),
  );

describe('composed kernels agree with the cpu backend', () => {
  test('gradients of convolutions of any stride, padding and filter', () => {
    fc.assert(
      fc.property(convolution, ({ batch, height, width, kernel, channels, out, strides, pad }) => {
        const images = normal([batch, height, width, channels]);
        const filter = normal([...kernel, channels, out]);
        const shape = tf.backend_util.computeConv2DInfo(
          images.shape as [number, number, number, number],
          filter.shape as [number, number, number, number],
          strides,
          1,
          pad,
        ).outShape;
        expectAlike([images, filter, normal(shape)], (x, w, dy) => {
          const forward = (x: tf.Tensor, w: tf.Tensor) =>
            tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad);
          return tf.grads(forward)([x, w], dy as tf.Tensor4D);
        });
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  test('products in all four transposition forms, of matrices and of batches', () => {
    const length = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        length,
        length,
        length,
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.boolean(),
        (m, k, n, batch, ta, tb) => {
          const lead = batch === 0 ? [] : [batch];
          const a = normal([...lead, ...(ta ? [k, m] : [m, k])]);
          const b = normal([...lead, ...(tb ? [n, k] : [k, n])]);
          expectAlike([a, b, normal([...lead, m, n])], (a, b, dy) => [
            tf.matMul(a, b, ta, tb),
            ...tf.grads((a, b) => tf.matMul(a, b, ta, tb))([a, b], dy),
          ]);
        },
      ),
      { numRuns: 60, seed: 6 },
    );
  });

  test('fused products with bias and activation', () => {
    const options = { transposeA: true, transposeB: true, activation: 'relu' as const };
    expectAlike([normal([7, 5]), normal([4, 7]), normal([4])], (a, b, bias) => [
      tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, ...options }),
    ]);
  });

  test('sums over any axes', () => {
    const length = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(
        fc.tuple(length, length, length, length),
        fc.subarray([0, 1, 2, 3]),
        fc.boolean(),
        (shape, axes, keep) => {
          expectAlike([normal(shape)], (x) => [
            tf.sum(x, axes, keep),
            tf.sum(x, [0, 1, 2], keep),
            tf.sum(x, [-2, 0, 1]),
          ]);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  test('sums by segment and the gradient of gather', () => {
    expectAlike([normal([5, 3]), normal([4, 3])], (x, dy) => {
      const rows = tf.tensor1d([0, 2, 2, 4], 'int32');
      return [
        tf.grad((x) => tf.gather(x, rows))(x, dy),
        tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 0, 1, 1], 'int32'), 3),
      ];
    });
    expectAlike([normal([2, 5, 3]), normal([2, 2, 3])], (x, dy) => [
      tf.grad((x) => tf.gather(x, tf.tensor1d([3, 3], 'int32'), 1))(x, dy),
    ]);
  });
});

test('kernels that the library packs see weights that change in place', async () => {
  await stopEngine();
  await startEngine({ name: 'wasm', threads: 1, kernels: 'own' });
  const dilated = (w: tf.Tensor) =>
    tf.conv2d(tf.ones([1, 5, 5, 2]) as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid', 'NHWC', 2);
  tf.tidy(() => {
    const w = tf.ones([3, 3, 2, 4]);
    expect(dilated(w).dataSync()[0]).toBe(18);
    const backend = tf.backend() as unknown as { typedArrayFromHeap(x: tf.TensorInfo): Float32Array };
    backend.typedArrayFromHeap(w).fill(2);
    expect(dilated(w).dataSync()[0]).toBe(36);
  });
});
