import { blank, mapBytes, toByte, type ByteImage } from './image.ts';

/** Brightness of a colour (ITU-R 601-2 luma), not cut off. */
function luma(data: Uint8Array, at: number): number {
  return 0.2989 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

/** Every frame of a picture in shades of grey, cut off to bytes, in all three channels. */
export function grayscale(image: ByteImage): ByteImage {
  const out = blank(image);
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    const grey = toByte(luma(data, i));
    out.data[i] = grey;
    out.data[i + 1] = grey;
    out.data[i + 2] = grey;
  }
  return out;
}

/** Multiplies all colours: 0 is black, 1 changes nothing. */
export function brightness(image: ByteImage, factor: number): ByteImage {
  return mapBytes(image, (byte) => toByte(factor * byte));
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
  const out = blank(image);
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    const grey = (1 - factor) * toByte(luma(data, i));
    out.data[i] = toByte(factor * data[i] + grey);
    out.data[i + 1] = toByte(factor * data[i + 1] + grey);
    out.data[i + 2] = toByte(factor * data[i + 2] + grey);
  }
  return out;
}

/**
 * How much of a colour's range a channel shows, by the distance of its own hue (0, 2, 4) from the hue on the circle of
 * six: all of it within 1, none of it beyond 2.
 */
function share(hueOfSix: number, own: number): number {
  const away = Math.abs(((hueOfSix - own + 9) % 6) - 3);
  return away <= 1 ? 1 : away >= 2 ? 0 : 2 - away;
}

/** Turns the hue (of HSV) by a fraction of the circle, -0.5 to 0.5. */
export function hue(image: ByteImage, turn: number): ByteImage {
  const out = blank(image);
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i] / 255, data[i + 1] / 255, data[i + 2] / 255];
    const value = Math.max(r, g, b);
    const range = value - Math.min(r, g, b);
    // The hue of a grey is 0; turning it shows nothing.
    let sector = 0;
    if (range > 0) {
      if (value === r) sector = (g - b) / range;
      else if (value === g) sector = 2 + (b - r) / range;
      else sector = 4 + (r - g) / range;
    }
    const turned = sector / 6 + turn;
    const hueOfSix = 6 * (turned - Math.floor(turned));
    const low = value - range;
    out.data[i] = Math.floor((low + range * share(hueOfSix, 0)) * 255.999);
    out.data[i + 1] = Math.floor((low + range * share(hueOfSix, 2)) * 255.999);
    out.data[i + 2] = Math.floor((low + range * share(hueOfSix, 4)) * 255.999);
  }
  return out;
}

/** Inverts the bytes from a threshold on. */
export function solarize(image: ByteImage, threshold: number): ByteImage {
  return mapBytes(image, (byte) => (byte >= threshold ? 255 - byte : byte));
}

/** Keeps the upper `bits` of every byte. */
export function posterize(image: ByteImage, bits: number): ByteImage {
  const mask = (0xff << (8 - bits)) & 0xff;
  return mapBytes(image, (byte) => byte & mask);
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
