import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { MapNorm, spectralNorm } from '../../src/encoders/backbones/norms.ts';
import { backbones, newEncoder, singularValues, type Backbone } from '../../src/encoders/index.ts';
import { Adam, checkNoLeak, lossAndGradients, startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const normals = (seed: string, shape: number[]) =>
  tf.tensor(new Random(seed).normals(shape.reduce((a, b) => a * b, 1)), shape);

function largest(kernel: tf.Tensor): number {
  const columns = kernel.shape[kernel.rank - 1];
  return singularValues({ rows: kernel.size / columns, columns, data: Array.from(kernel.dataSync()) })[0];
}

describe('spectral norm', () => {
  test.each(['a', 'b', 'c'])('divides by the largest singular value (%s)', (seed) => {
    const kernel = normals(seed, [3, 3, 4, 6]);
    const sigma = largest(kernel);
    expect(largest(spectralNorm(kernel))).toBeCloseTo(1, 3);
    const [w, n] = [kernel.dataSync(), spectralNorm(kernel).dataSync()];
    w.forEach((value, i) => expect(n[i] * sigma).toBeCloseTo(value, 2));
  });

  test('has the gradient of finite differences', () => {
    const [kernel, weights] = [normals('kernel', [5, 4]), normals('weights', [5, 4])];
    const f = (w: tf.Tensor) => tf.sum(tf.mul(spectralNorm(w), weights)) as tf.Scalar;
    const gradient = tf
      .grad((w: tf.Tensor) => f(w))(kernel)
      .dataSync();
    const values = kernel.dataSync();
    const h = 1e-2;
    for (let i = 0; i < values.length; i++) {
      const moved = (by: number) => {
        const copy = Float32Array.from(values);
        copy[i] += by;
        return f(tf.tensor2d(copy, [5, 4])).dataSync()[0];
      };
      expect((moved(h) - moved(-h)) / (2 * h)).toBeCloseTo(gradient[i], 1.5);
    }
  });

  test('takes orthogonal kernels, whose singular values are all alike', () => {
    const n = spectralNorm(tf.mul(tf.eye(6), 3)).dataSync();
    for (let i = 0; i < 6; i++) expect(n[7 * i]).toBeCloseTo(1, 5);
  });
});

test('a layer norm makes each image mean 0 and variance 1, whatever its scale', () => {
  const maps = normals('maps', [2, 5, 5, 3]) as tf.Tensor4D;
  const norm = new MapNorm(3);
  const y = norm.apply(tf.add(tf.mul(maps, 7), 3));
  const { mean, variance } = tf.moments(y, [1, 2, 3]);
  for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 4);
  for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
});

const IMAGE = { height: 40, width: 40, channels: 6 };
const SMALL: Record<string, object> = {
  conv: { filters: 4, strides: [2, 2], features: 8 },
  nature: { filters: [4, 4, 4], features: 8 },
  impala: { filters: [4, 4], features: 8 },
};

describe.each(Object.keys(SMALL))('%s', (id) => {
  const backbone = (backbones as unknown as Record<string, Backbone>)[id];

  test.each(['none', 'layer', 'spectral'])(
    'with norm %s trains every weight without a leak',
    async (norm) => {
      const options = backbone.options.parse({ ...SMALL[id], norm });
      const encoder = newEncoder(backbone, options, IMAGE, new Random('encoder'));
      const images = normals('images', [4, 40, 40, 6]) as tf.Tensor4D;
      const targets = normals('targets', [4, 8]) as tf.Tensor2D;
      const adam = new Adam(encoder.parameters, { learningRate: 1e-2 });
      const before = await encoder.parameters.save();
      const step = () =>
        tf.tidy(() => {
          const { loss, gradients } = lossAndGradients(
            () => tf.mean(tf.squaredDifference(encoder.encode(images), targets)) as tf.Scalar,
            encoder.parameters,
          );
          adam.apply(gradients);
          return loss.dataSync()[0] as unknown as tf.Scalar;
        }) as unknown as number;
      const first = step();
      await checkNoLeak(() => step());
      for (let i = 0; i < 5; i++) step();
      expect(step()).toBeLessThan(first);
      const after = await encoder.parameters.save();
      for (const name of Object.keys(before)) expect(after[name], name).not.toEqual(before[name]);
      expect(
        Object.keys(before).some((name) => name.endsWith('norm/gamma') && name.startsWith('trunk')),
      ).toBe(norm === 'layer');
    },
  );
});
