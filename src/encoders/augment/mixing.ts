import { blank, type ByteImage, type CropBox } from './image.ts';

/** A picture with a box filled with one byte (DeVries & Taylor, arXiv 1708.04552). */
export function cutout(image: ByteImage, box: CropBox, fill = 0): ByteImage {
  const out = blank(image);
  out.data.set(image.data);
  const { width, channels } = image;
  for (let y = box.top; y < box.top + box.height; y++) {
    const from = (y * width + box.left) * channels;
    out.data.fill(fill, from, from + box.width * channels);
  }
  return out;
}

/**
 * CutMix's box (Yun et al., arXiv 1905.04899): a fraction 1 - lambda of the area around a centre, clipped to the
 * picture.
 */
export function cutmixBox(
  { height, width }: { height: number; width: number },
  lambda: number,
  centre: { y: number; x: number },
): CropBox {
  const side = Math.sqrt(1 - lambda);
  const ends = (middle: number, size: number) => {
    const half = Math.floor(Math.floor(size * side) / 2);
    return [Math.max(0, middle - half), Math.min(size, middle + half)];
  };
  const [[top, bottom], [left, right]] = [ends(centre.y, height), ends(centre.x, width)];
  return { top, left, height: bottom - top, width: right - left };
}

/** The first picture with a box of the second, and the share of the first that is left. */
export function cutmix(a: ByteImage, b: ByteImage, box: CropBox): { image: ByteImage; lambda: number } {
  const image = blank(a);
  image.data.set(a.data);
  const { height, width, channels } = a;
  for (let y = box.top; y < box.top + box.height; y++) {
    const from = (y * width + box.left) * channels;
    image.data.set(b.data.subarray(from, from + box.width * channels), from);
  }
  return { image, lambda: 1 - (box.height * box.width) / (height * width) };
}

/**
 * Mixup (Zhang et al., arXiv 1710.09412): lambda a + (1 - lambda) b.
 * @param out bytes are rounded, floats are between 0 and 255
 */
export function mixup(a: ByteImage, b: ByteImage, lambda: number, out: Uint8Array | Float32Array): void {
  const half = out instanceof Uint8Array ? 0.5 : 0;
  a.data.forEach((byte, i) => (out[i] = lambda * byte + (1 - lambda) * b.data[i] + half));
}
