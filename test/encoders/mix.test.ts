import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  batchInfoNce,
  drawMix,
  mixedCrossEntropy,
  mixedInfoNce,
  queueInfoNce,
  symmetricBeta,
} from '../../src/encoders/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'cpu', threads: 1 });
});
afterAll(stopEngine);

/** Mean and variance of Beta(alpha, alpha) are 1/2 and 1 / (8 alpha + 4). */
test.each([0.3, 1, 2.5])('numbers of Beta(%d, same) have its mean and variance', (alpha) => {
  const random = new Random('beta');
  const values = Array.from({ length: 20_000 }, () => symmetricBeta(random, alpha));
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0.5, 1.7);
  expect(variance * (8 * alpha + 4)).toBeCloseTo(1, 1);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
});

describe.each(['mixup', 'cutmix'] as const)('%s of a batch', (mix) => {
  const draw = (seed: string) => drawMix(new Random(seed), [6, 8, 8, 2], { mix, mixAlpha: 1 });

  test('shows each image by its share, and its partner by the rest', () => {
    const { share, partner, apply } = draw('mix');
    // Image i is all i: mixed, its mean tells the share.
    const values = [0, 1, 2, 3, 4, 5];
    const images = tf.mul(tf.ones<tf.Rank.R4>([6, 8, 8, 2]), tf.tensor4d(values, [6, 1, 1, 1]));
    const means = tf.mean(apply(images as tf.Tensor4D), [1, 2, 3]).dataSync();
    const [shares, partners] = [share.dataSync(), partner.dataSync()];
    expect([...partners].sort()).toEqual(values);
    values.forEach((own, i) => {
      expect(shares[i]).toBeGreaterThanOrEqual(0.5);
      expect(means[i]).toBeCloseTo(shares[i] * own + (1 - shares[i]) * partners[i], 4);
    });
  });

  test('repeats with its seed', () => {
    expect(draw('same').share.dataSync()).toEqual(draw('same').share.dataSync());
    expect(draw('same').share.dataSync()).not.toEqual(draw('other').share.dataSync());
  });
});

describe('losses of mixed queries', () => {
  const matrix = (seed: string, rows: number) => tf.tensor2d(new Random(seed).normals(rows * 5), [rows, 5]);
  const unit = (x: tf.Tensor2D) => tf.div<tf.Tensor2D>(x, tf.norm(x, 2, 1, true));
  const whole = () => ({ share: tf.ones<tf.Rank.R1>([4]), partner: tf.tensor1d([1, 2, 3, 0], 'int32') });
  const value = (x: tf.Tensor) => x.dataSync()[0];

  test('are lambda CE(own) + (1 - lambda) CE(partner), as a double loop has it', () => {
    const logits = matrix('logits', 4);
    const [shares, partners] = [
      [0.5, 0.9, 0.7, 1],
      [2, 0, 3, 1],
    ];
    const rows = logits.arraySync();
    let expected = 0;
    for (let i = 0; i < 4; i++) {
      const total = Math.log(rows[i].reduce((sum, x) => sum + Math.exp(x), 0));
      expected += (shares[i] * (total - rows[i][i]) + (1 - shares[i]) * (total - rows[i][partners[i]])) / 4;
    }
    const mixed = { share: tf.tensor1d(shares), partner: tf.tensor1d(partners, 'int32') };
    expect(value(mixedCrossEntropy(logits, mixed))).toBeCloseTo(expected, 5);
  });

  test('with all shares 1 are the ordinary ones', () => {
    const [q, k] = [matrix('q', 4), matrix('k', 4)];
    const plain = value(batchInfoNce(q, k, 0.5).loss) / (2 * 0.5);
    expect(value(mixedInfoNce(q, k, whole(), 0.5).loss)).toBeCloseTo(plain, 5);
    // MoCo's candidates are its own key and the queue; with the batch's other keys as queue both are the same.
    const q1 = tf.slice(q, [0, 0], [1, 5]) as tf.Tensor2D;
    const k1 = tf.slice(k, [0, 0], [1, 5]) as tf.Tensor2D;
    const queue = unit(matrix('queue', 3));
    const one = { share: tf.ones<tf.Rank.R1>([1]), partner: tf.tensor1d([0], 'int32') };
    const moco = value(queueInfoNce(q1, k1, queue, 0.5).loss);
    expect(value(mixedInfoNce(q1, k1, one, 0.5, queue).loss)).toBeCloseTo(moco, 5);
  });

  test('of equal embeddings are ln of the number of candidates', () => {
    const same = tf.ones<tf.Rank.R2>([4, 5]);
    const half = { share: tf.fill([4], 0.5) as tf.Tensor1D, partner: whole().partner };
    expect(value(mixedInfoNce(same, same, half, 0.1).loss)).toBeCloseTo(Math.log(4), 5);
    const queue = unit(tf.ones<tf.Rank.R2>([3, 5]));
    expect(value(mixedInfoNce(same, same, half, 0.1, queue).loss)).toBeCloseTo(Math.log(7), 4);
  });
});
