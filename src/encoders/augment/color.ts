import { blank, mapBytes, toByte, type ByteImage } from './image.ts';

/** Brightness of a colour (ITU-R 601-2 luma), not cut off. */
function luma(data: Uint8Array, at: number): number {
  return 0.2989 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

/** Every frame of a picture in shades of grey, cut off to bytes, in all three channels. */
export function grayscale(image: ByteImage): ByteImage {
  const out = blank(image);
  for (let i = 0; i < image.data.length; i += 3) out.data.fill(toByte(luma(image.data, i)), i, i + 3);
  return out;
}

/** factor * a + (1 - factor) * b, cut off to bytes. */
function blend(a: ByteImage, b: ByteImage, factor: number): ByteImage {
  const out = blank(a);
  a.data.forEach((byte, i) => (out.data[i] = toByte(factor * byte + (1 - factor) * b.data[i])));
  return out;
}

/** Multiplies all colours: 0 is black, 1 changes nothing. */
export function brightness(image: ByteImage, factor: number): ByteImage {
  return mapBytes(
    image,
    Array.from({ length: 256 }, (_, byte) => toByte(factor * byte)),
  );
}

/** Away from (or to) the mean grey of each frame: 0 is grey, 1 changes nothing. */
export function contrast(image: ByteImage, factor: number): ByteImage {
  const { channels, data } = image;
  const out = blank(image);
  const pixels = data.length / channels;
  for (let frame = 0; frame < channels; frame += 3) {
    let sum = 0;
    for (let i = frame; i < data.length; i += channels) sum += toByte(luma(data, i));
    const grey = (1 - factor) * (sum / pixels);
    for (let i = frame; i < data.length; i += channels)
      for (let k = 0; k < 3; k++) out.data[i + k] = toByte(factor * data[i + k] + grey);
  }
  return out;
}

/** Away from (or to) each pixel's own grey: 0 is greyscale, 1 changes nothing. */
export function saturation(image: ByteImage, factor: number): ByteImage {
  return blend(image, grayscale(image), factor);
}

/** Turns the hue (of HSV) by a fraction of the circle, -0.5 to 0.5. */
export function hue(image: ByteImage, turn: number): ByteImage {
  const out = blank(image);
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i] / 255, data[i + 1] / 255, data[i + 2] / 255];
    const value = Math.max(r, g, b);
    const range = value - Math.min(r, g, b);
    const sector =
      range === 0
        ? 0
        : value === r
          ? (g - b) / range
          : value === g
            ? 2 + (b - r) / range
            : 4 + (r - g) / range;
    const turned = 6 * (sector / 6 + turn - Math.floor(sector / 6 + turn));
    for (let k = 0; k < 3; k++) {
      // Distance of the channel's own hue (0, 2, 4) on the circle of six decides how much of it there is.
      const away = Math.abs(((turned - 2 * k + 9) % 6) - 3);
      const colour = value - range * Math.min(Math.max(away - 1, 0), 1);
      out.data[i + k] = Math.floor(colour * 255.999);
    }
  }
  return out;
}

/** Inverts the bytes from a threshold on. */
export function solarize(image: ByteImage, threshold: number): ByteImage {
  return mapBytes(
    image,
    Array.from({ length: 256 }, (_, byte) => (byte >= threshold ? 255 - byte : byte)),
  );
}

/** Keeps the upper `bits` of every byte. */
export function posterize(image: ByteImage, bits: number): ByteImage {
  const mask = (0xff << (8 - bits)) & 0xff;
  return mapBytes(
    image,
    Array.from({ length: 256 }, (_, byte) => byte & mask),
  );
}

/** Steps of a colour jitter with their strengths, in the order in which they are made. */
export interface JitterStep {
  step: 'brightness' | 'contrast' | 'saturation' | 'hue';
  strength: number;
}

const STEPS = { brightness, contrast, saturation, hue };

/** Colour jitter with every choice given; bytes are cut off after every step. */
export function colorJitter(image: ByteImage, steps: readonly JitterStep[]): ByteImage {
  return steps.reduce((current, { step, strength }) => STEPS[step](current, strength), image);
}
