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
  const offsets = (size: number) =>
    taps.map((_, i) => Int32Array.from({ length: size }, (_at, at) => mirror(at + i - radius, size)));
  const [rows, columns] = [offsets(height), offsets(width)];
  const row = width * channels;
  const line = new Float64Array(row);
  const across = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let i = 0; i < kernel; i++) {
      const weight = taps[i];
      const column = columns[i];
      for (let x = 0, to = 0; x < width; x++) {
        const from = y * row + column[x] * channels;
        for (let k = 0; k < channels; k++) line[to++] += weight * data[from + k];
      }
    }
    across.set(line, y * row);
  }
  const out = blank(image);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let i = 0; i < kernel; i++) {
      const weight = taps[i];
      const from = rows[i][y] * row;
      for (let at = 0; at < row; at++) line[at] += weight * across[from + at];
    }
    for (let at = 0; at < row; at++) out.data[y * row + at] = toByte(line[at] + 0.5);
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
