import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { PictureCentre, backbones, centredBackbone, newEncoder } from '../../src/encoders/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const SHAPE = { height: 12, width: 12, channels: 3 };
const BYTES = 12 * 12 * 3;
const OPTIONS = backbones.conv.options.parse({ filters: 8, strides: [2, 1], features: 16 });

/** Pictures of a bright, patterned background with a dark square somewhere. */
function squares(count: number): Uint8Array {
  const random = Random.stream(1, 'squares');
  const background = Uint8Array.from({ length: BYTES }, () => 150 + random.integer(100));
  const pictures = new Uint8Array(count * BYTES);
  for (let k = 0; k < count; k++) {
    pictures.set(background, k * BYTES);
    const [row, column] = [random.integer(9), random.integer(9)];
    for (let y = row; y < row + 4; y++) {
      const at = k * BYTES + 3 * (12 * y + column);
      pictures.fill(0, at, at + 12);
    }
  }
  return pictures;
}

const images = (bytes: Uint8Array) =>
  tf.tensor4d(
    Float32Array.from(bytes, (x) => x / 255),
    [bytes.length / BYTES, 12, 12, 3],
  );

test('the mean picture is taken away, whether it came in one part or several', () => {
  const pictures = squares(10);
  const whole = new PictureCentre('mean', SHAPE);
  const parts = new PictureCentre('mean', SHAPE);
  expect(whole.wanting).toBe(true);
  whole.measure([pictures]);
  parts.measure([pictures.subarray(0, 3 * BYTES), pictures.subarray(3 * BYTES)]);
  expect(whole.wanting).toBe(false);
  const moved = whole.apply(images(pictures));
  expect(parts.apply(images(pictures)).dataSync()).toEqual(moved.dataSync());
  const mean = tf.mean(moved, 0).dataSync() as Float32Array;
  expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-6);
});

test('none leaves pictures and backbones alone, half moves them by a half', () => {
  const pictures = images(squares(2));
  const none = new PictureCentre('none', SHAPE);
  expect(none.wanting).toBe(false);
  expect(none.apply(pictures)).toBe(pictures);
  expect(centredBackbone(backbones.conv, none)).toBe(backbones.conv);
  const half = new PictureCentre('half', SHAPE).apply(pictures).dataSync();
  pictures.dataSync().forEach((x, i) => expect(half[i]).toBeCloseTo(x - 0.5, 6));
});

test('a saved centre moves pictures as before, and so does a copy', async () => {
  const pictures = squares(5);
  const centre = new PictureCentre('mean', SHAPE);
  centre.measure([pictures]);
  const restored = new PictureCentre('mean', SHAPE);
  restored.restore(await centre.state());
  const copy = new PictureCentre('mean', SHAPE);
  copy.copyFrom(centre);
  const expected = centre.apply(images(pictures)).dataSync();
  for (const other of [restored, copy]) expect(other.apply(images(pictures)).dataSync()).toEqual(expected);
});

/** Mean distance of unit embeddings from their mean: 0 is one and the same embedding. */
function spread(centre: PictureCentre): number {
  const encoder = newEncoder(
    centredBackbone(backbones.conv, centre),
    OPTIONS,
    SHAPE,
    Random.stream(1, 'weights'),
  );
  const z = encoder.encode(images(squares(64)));
  const unit = tf.div(z, tf.norm(z, 'euclidean', 1, true));
  return tf.mean(tf.norm(tf.sub(unit, tf.mean(unit, 0, true)), 'euclidean', 1)).dataSync()[0];
}

test('a fresh encoder tells pictures with a common background apart', () => {
  const mean = new PictureCentre('mean', SHAPE);
  mean.measure([squares(64)]);
  const [none, half, full] = [
    spread(new PictureCentre('none', SHAPE)),
    spread(new PictureCentre('half', SHAPE)),
    spread(mean),
  ];
  expect(half).toBeGreaterThan(none);
  expect(full).toBeGreaterThan(0.5);
  expect(full).toBeGreaterThan(1.5 * none);
});
