import type { Random } from '../base/index.ts';

/** Square windows of a batch of images: side in pixels and one (y, x) pair an image. */
export interface Crop {
  size: number;
  /** `[y0, x0, y1, x1, ...]`, the upper left corners in pixels. */
  offsets: Int32Array;
}

/**
 * Draws one crop corner an image, the same for all frames of its stack.
 * @param from side of the images in pixels, @param to side of the crops
 * @param options `lastOffset`: whether the corner `from - to` can be drawn. RAD draws it; CURL's code never does.
 * @returns `[y0, x0, y1, x1, ...]`, y before x in drawing order
 */
export function randomCrop(
  random: Random,
  n: number,
  from: number,
  to: number,
  options: { lastOffset: boolean },
): Int32Array {
  if (to > from) throw new RangeError(`Cannot crop ${to} pixels out of ${from}.`);
  const choices = Math.max(1, from - to + (options.lastOffset ? 1 : 0));
  return Int32Array.from({ length: 2 * n }, () => random.integer(choices));
}

/** Corners of centred crops, as many as there are images. */
export function centerOffsets(n: number, height: number, width: number, size: number): Int32Array {
  const corner = [Math.floor((height - size) / 2), Math.floor((width - size) / 2)];
  return Int32Array.from({ length: 2 * n }, (_, k) => corner[k % 2]);
}

/**
 * Cuts the middle out of images in memory, for acting.
 * @param images bytes `[n, height, width, channels]`; a single observation is a batch of one
 * @returns bytes `[n, size, size, channels]`; the input itself where there is nothing to cut
 */
export function centerCrop(
  images: Uint8Array,
  shape: { height: number; width: number; channels: number },
  size: number,
): Uint8Array {
  const { height, width, channels } = shape;
  if (size === height && size === width) return images;
  if (size > height || size > width)
    throw new RangeError(`Cannot crop ${size} pixels out of ${height}x${width}.`);
  const n = images.length / (height * width * channels);
  const [top, left] = centerOffsets(1, height, width, size);
  const row = size * channels;
  const out = new Uint8Array(n * size * row);
  for (let image = 0; image < n; image++) {
    for (let y = 0; y < size; y++) {
      const from = ((image * height + top + y) * width + left) * channels;
      out.set(images.subarray(from, from + row), (image * size + y) * row);
    }
  }
  return out;
}
