import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { Fixture, VARIANTS } from './kernels-support.ts';

/** Sizes of one value, no whole vector, several tasks. */
const SIZES = [1, 3, 50, 1027, 40_001];

describe.each(VARIANTS)('optimiser kernels, $simd, $threads threads', ({ simd, threads }) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start(simd, threads);
    await tf.setBackend('wasm');
  });
  afterAll(() => fixture.stop());

  const random = Random.stream(4, 'optimise');

  test.each([0, 0.01])('CurlewAdam follows torch.optim.Adam in place, weight decay %d', (weightDecay) => {
    const [lr, beta1, beta2, eps] = [1e-2, 0.9, 0.999, 1e-8];
    const reference = SIZES.map((n) => ({
      param: Float64Array.from(random.normals(n)),
      m: new Float64Array(n),
      v: new Float64Array(n),
    }));
    const own = reference.map(({ param, m, v }) => ({
      param: tf.variable(tf.tensor1d(Float32Array.from(param))),
      m: tf.variable(tf.tensor1d(Float32Array.from(m))),
      v: tf.variable(tf.tensor1d(Float32Array.from(v))),
    }));
    for (let step = 1; step <= 5; step++) {
      const gradients = SIZES.map((n) => random.normals(n));
      const inputs: tf.NamedTensorMap = {};
      own.forEach(({ param, m, v }, i) =>
        Object.assign(inputs, {
          [`param${i}`]: param,
          [`grad${i}`]: tf.tensor1d(gradients[i]),
          [`m${i}`]: m,
          [`v${i}`]: v,
        }),
      );
      const attrs = { count: SIZES.length, lr, beta1, beta2, eps, step, weightDecay };
      tf.engine().runKernel('CurlewAdam', inputs, attrs);
      reference.forEach(({ param, m, v }, i) =>
        gradients[i].forEach((gradient, j) => {
          const g = gradient + weightDecay * param[j];
          m[j] = beta1 * m[j] + (1 - beta1) * g;
          v[j] = beta2 * v[j] + (1 - beta2) * g * g;
          const denominator = Math.sqrt(v[j]) / Math.sqrt(1 - beta2 ** step) + eps;
          param[j] -= ((lr / (1 - beta1 ** step)) * m[j]) / denominator;
        }),
      );
    }
    own.forEach((tensors, i) => {
      for (const name of ['param', 'm', 'v'] as const) {
        expect(largestDifference(tensors[name].dataSync(), reference[i][name]), name).toBeLessThan(2e-6);
      }
    });
  });

  test('CurlewEma moves targets towards sources in place', () => {
    const tau = 0.05;
    const pairs = SIZES.map((n) => ({ target: random.normals(n), source: random.normals(n) }));
    const inputs: tf.NamedTensorMap = {};
    pairs.forEach(({ target, source }, i) => {
      inputs[`target${i}`] = tf.tensor1d(target);
      inputs[`source${i}`] = tf.tensor1d(source);
    });
    tf.engine().runKernel('CurlewEma', inputs, { count: SIZES.length, tau });
    pairs.forEach(({ target, source }, i) => {
      const want = Float64Array.from(target, (value, j) => (1 - tau) * value + tau * source[j]);
      expect(largestDifference(inputs[`target${i}`].dataSync(), want)).toBeLessThan(5e-7);
      expect(inputs[`source${i}`].dataSync()).toEqual(source);
    });
  });

  test('tensors of another size are refused by name', () => {
    const inputs = { target0: tf.zeros([3]), source0: tf.zeros([4]) };
    expect(() => tf.engine().runKernel('CurlewEma', inputs, { count: 1, tau: 0.1 })).toThrow(
      'source0 is float32 [4]; it must be float32 like target0, with 3 values.',
    );
  });
});

function largestDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  return Array.from(want).reduce((largest, value, i) => Math.max(largest, Math.abs(value - got[i])), 0);
}
