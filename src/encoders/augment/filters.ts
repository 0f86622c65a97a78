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
  // The taps are alike on both sides: one weight for each distance.
  const raw = Array.from({ length: radius + 1 }, (_, i) => portable.exp(-(i * i) / (2 * sigma * sigma)));
  const total = raw.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  const weights = Float64Array.from(raw, (weight) => weight / total);
  const row = width * channels;
  const across = new Float64Array(data.length);
  const padded = new Float64Array(row + 2 * radius * channels);
  for (let y = 0; y < height; y++) {
    for (let x = -radius, to = 0; x < width + radius; x++) {
      const from = y * row + mirror(x, width) * channels;
      for (let k = 0; k < channels; k++) padded[to++] = data[from + k];
    }
    const middle = radius * channels;
    for (let at = 0; at < row; at++) {
      let sum = weights[0] * padded[at + middle];
      for (let i = 1, step = channels; i <= radius; i++, step += channels)
        sum += weights[i] * (padded[at + middle - step] + padded[at + middle + step]);
      across[y * row + at] = sum;
    }
  }
  const out = blank(image);
  const [above, below] = [new Int32Array(radius + 1), new Int32Array(radius + 1)];
  for (let y = 0; y < height; y++) {
    for (let i = 1; i <= radius; i++) {
      above[i] = mirror(y - i, height) * row;
      below[i] = mirror(y + i, height) * row;
    }
    for (let at = 0; at < row; at++) {
      let sum = weights[0] * across[y * row + at];
      for (let i = 1; i <= radius; i++) sum += weights[i] * (across[above[i] + at] + across[below[i] + at]);
      out.data[y * row + at] = toByte(sum + 0.5);
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
