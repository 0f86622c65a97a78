import { portable } from '../../base/index.ts';
import { blank, toByte, type ByteImage } from './image.ts';

/** Index into a line of `size` pixels that is mirrored at its ends, without repeating the end itself. */
function mirror(i: number, size: number): number {
  const period = Math.max(1, 2 * size - 2);
  const k = ((i % period) + period) % period;
  return k < size ? k : period - k;
}

/**
 * Gaussian blur with `kernel` taps (odd), exp(-x^2 / (2 sigma^2)) normalised, first along rows, then along columns,
 * mirrored at the edges; rounded to bytes at the end.
 */
export function gaussianBlur(image: ByteImage, kernel: number, sigma: number): ByteImage {
  const { height, width, channels, data } = image;
  const radius = (kernel - 1) / 2;
  const raw = Array.from({ length: kernel }, (_, i) =>
    portable.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const taps = raw.map((weight) => weight / total);
  const across = new Float64Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      taps.forEach((weight, i) => {
        const from = (y * width + mirror(x + i - radius, width)) * channels;
        for (let k = 0; k < channels; k++) across[(y * width + x) * channels + k] += weight * data[from + k];
      });
  const out = blank(image);
  const sums = new Float64Array(channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sums.fill(0);
      taps.forEach((weight, i) => {
        const from = (mirror(y + i - radius, height) * width + x) * channels;
        for (let k = 0; k < channels; k++) sums[k] += weight * across[from + k];
      });
      for (let k = 0; k < channels; k++) out.data[(y * width + x) * channels + k] = toByte(sums[k] + 0.5);
    }
  }
  return out;
}

/**
 * Away from (or to) a smoothed picture (3x3, centre 5, others 1, over 13): 0 is smoothed, 1 changes nothing, more is
 * sharper. Pixels at the edge stay.
 */
export function sharpness(image: ByteImage, factor: number): ByteImage {
  const { height, width, channels, data } = image;
  const out = blank(image);
  out.data.set(data);
  const row = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      let sum = 4 * data[i];
      for (const line of [i - row, i, i + row])
        sum += data[line - channels] + data[line] + data[line + channels];
      const smooth = Math.round(sum / 13);
      out.data[i] = toByte(factor * data[i] + (1 - factor) * smooth);
    }
  }
  return out;
}
