import { portable } from '../../base/index.ts';
import { blank, type ByteImage, type CropBox } from './image.ts';

/** Builds a picture whose pixel (y, x) is pixel (sourceY, sourceX) of another; black where that lies outside. */
function sample(
  image: ByteImage,
  size: { height: number; width: number },
  source: (y: number, x: number) => readonly [y: number, x: number],
): ByteImage {
  const { height, width, channels, data } = image;
  const out = blank(image, size);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, to += channels) {
      const [sy, sx] = source(y, x);
      if (sy < 0 || sx < 0 || sy >= height || sx >= width) continue;
      const from = (sy * width + sx) * channels;
      for (let k = 0; k < channels; k++) out.data[to + k] = data[from + k];
    }
  }
  return out;
}

/**
 * The same where rows and columns are chosen apart: output pixel (y, x) is source pixel (rows[y], columns[x]), black
 * where either is negative. Several times faster, since a pixel costs no call.
 */
function pick(image: ByteImage, rows: Int32Array, columns: Int32Array): ByteImage {
  const { width, channels, data } = image;
  const out = blank(image, { height: rows.length, width: columns.length });
  const target = out.data;
  let to = 0;
  for (const row of rows) {
    if (row < 0) {
      to += columns.length * channels;
      continue;
    }
    const start = row * width;
    for (const column of columns) {
      if (column >= 0) {
        const from = (start + column) * channels;
        for (let k = 0; k < channels; k++) target[to + k] = data[from + k];
      }
      to += channels;
    }
  }
  return out;
}

/** Places of one axis: output i shows `source(i)`, or nothing where that is outside. */
function places(length: number, size: number, source: (i: number) => number): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    const place = source(i);
    return place < 0 || place >= size ? -1 : place;
  });
}

/** The part of a picture in a box. */
export function crop(image: ByteImage, { top, left, height, width }: CropBox): ByteImage {
  return pick(
    image,
    places(height, image.height, (y) => y + top),
    places(width, image.width, (x) => x + left),
  );
}

/** The middle of a picture: corners at floor((H - height) / 2), floor((W - width) / 2). */
export function centreBox(image: ByteImage, { height, width }: { height: number; width: number }): CropBox {
  return { top: (image.height - height) >> 1, left: (image.width - width) >> 1, height, width };
}

/** RAD's translate (Laskin et al., arXiv 2004.14990): the picture at (top, left) of a black canvas. */
export function placeOnCanvas(image: ByteImage, { top, left, height, width }: CropBox): ByteImage {
  return pick(
    image,
    places(height, image.height, (y) => y - top),
    places(width, image.width, (x) => x - left),
  );
}

/**
 * DrQ's random shift (Yarats et al., arXiv 2004.13649): the picture padded by its edge pixels, then cut at (dy, dx) of
 * the padded one, 0 to 2 pad.
 */
export function shift(image: ByteImage, pad: number, dy: number, dx: number): ByteImage {
  const within = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
  const { height, width } = image;
  return pick(
    image,
    places(height, height, (y) => within(y + dy - pad, height)),
    places(width, width, (x) => within(x + dx - pad, width)),
  );
}

/** Left and right exchanged. */
export function flip(image: ByteImage): ByteImage {
  const { height, width } = image;
  return pick(
    image,
    places(height, height, (y) => y),
    places(width, width, (x) => width - 1 - x),
  );
}

/** Moves a picture by whole pixels to the right and down. */
export function translate(image: ByteImage, dy: number, dx: number): ByteImage {
  return placeOnCanvas(image, { top: dy, left: dx, height: image.height, width: image.width });
}

/** Shears from the upper left corner, nearest pixel: source x = x + mx y, source y = y + my x, at pixel centres. */
export function shear(image: ByteImage, mx: number, my: number): ByteImage {
  return sample(image, image, (y, x) => {
    const [cy, cx] = [y + 0.5, x + 0.5];
    return [Math.floor(cy + my * cx), Math.floor(cx + mx * cy)];
  });
}

/** Turns counter-clockwise about the centre by degrees, nearest pixel. */
export function rotate(image: ByteImage, degrees: number): ByteImage {
  const angle = (degrees * Math.PI) / 180;
  const [sine, cosine] = [portable.sin(angle), portable.cos(angle)];
  const [middleY, middleX] = [image.height / 2, image.width / 2];
  return sample(image, image, (y, x) => {
    const [dy, dx] = [y + 0.5 - middleY, x + 0.5 - middleX];
    return [Math.floor(sine * dx + cosine * dy + middleY), Math.floor(cosine * dx - sine * dy + middleX)];
  });
}
