import { InputError } from '../../base/index.ts';

/** A picture: RGB bytes, row by row, `data.length === width * height * 3`. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** @throws InputError when the sizes do not fit together. */
export function checkPicture(picture: Picture, what = 'Picture'): void {
  const { width, height, data } = picture;
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole) throw new InputError(`${what}: size ${width} x ${height}; give positive whole numbers.`);
  if (data.length !== width * height * 3) {
    throw new InputError(
      `${what}: ${data.length} bytes for ${width} x ${height}; RGB needs ${width * height * 3}.`,
    );
  }
}

/** Repeats every value (of `channels` bytes) `scale` times to the right and downwards. */
export function enlarge(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  scale: number,
): Uint8Array {
  if (scale === 1) return data;
  const stride = width * scale * channels;
  const out = new Uint8Array(stride * height * scale);
  for (let y = 0; y < height; y++) {
    const top = y * scale * stride;
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      for (let n = 0; n < scale; n++) {
        for (let k = 0; k < channels; k++) out[top + (x * scale + n) * channels + k] = data[from + k];
      }
    }
    for (let n = 1; n < scale; n++) out.copyWithin(top + n * stride, top, top + stride);
  }
  return out;
}

/** @throws InputError for anything but a positive whole number. */
export function checkScale(scale: number): void {
  if (!(Number.isInteger(scale) && scale > 0)) {
    throw new InputError(`Scale of a picture: ${scale}; give a positive whole number.`);
  }
}
