import type { ImageShape, PixelEncoder } from '../encoders/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import { centerCrop } from '../replay/index.ts';
import type { DenseMatrix } from './matrix.ts';

type Images = { shape: ImageShape; count: number; images: Uint8Array };

const BATCH = 128;

/**
 * Embeddings `[N, D]` of whole observations, cropped in the middle as an agent that acts sees them.
 * @param crop side of what the encoder sees
 */
export function embed(encoder: PixelEncoder, { shape, count, images }: Images, crop: number): DenseMatrix {
  const columns = encoder.head.size;
  const data = new Float64Array(count * columns);
  const bytes = shape.height * shape.width * shape.channels;
  for (let from = 0; from < count; from += BATCH) {
    const n = Math.min(BATCH, count - from);
    const part = centerCrop(images.subarray(from * bytes, (from + n) * bytes), shape, crop);
    const values = tf.tidy(
      () =>
        encoder
          .encode(bytesToFloat<tf.Rank.R4>(part, [n, crop, crop, shape.channels]))
          .dataSync() as unknown as tf.Tensor,
    ) as unknown as Float32Array;
    data.set(values, from * columns);
  }
  return { rows: count, columns, data };
}

/** Most numbers in the raw pixels of one observation. */
const MOST_PIXELS = 600;

/** The pixels of observations as they are, averaged over squares so that at most 600 numbers are left of each. */
export function rawPixels({ shape, count, images }: Images): DenseMatrix {
  const { height, width, channels } = shape;
  const side = Math.max(1, Math.min(height, Math.floor(Math.sqrt(MOST_PIXELS / channels))));
  const columns = side * side * channels;
  const data = new Float64Array(count * columns);
  const share = new Float64Array(columns);
  // Pixels go to the square that holds their middle.
  const cell = (at: number, length: number) => Math.floor(((at + 0.5) * side) / length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (cell(y, height) * side + cell(x, width)) * channels;
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) {
        share[to + c]++;
        for (let n = 0; n < count; n++)
          data[n * columns + to + c] += images[n * height * width * channels + from + c];
      }
    }
  }
  for (let i = 0; i < data.length; i++) data[i] /= share[i % columns];
  return { rows: count, columns, data };
}
