import { portable, type Random } from '../../base/index.ts';
import type { CropBox, ByteImage } from './image.ts';

/** Which boxes `randomBox` draws. */
export interface BoxOptions {
  /** Smallest and largest fraction of the picture's area. */
  area: readonly [number, number];
  /** Smallest and largest width over height, drawn log-uniformly. */
  ratio?: readonly [number, number];
}

/**
 * The box of a random resized crop (Szegedy et al., arXiv 1409.4842, as torchvision draws it): area uniform, aspect
 * log-uniform, up to ten tries for one that fits, else the largest centred box of an allowed aspect.
 */
export function randomBox(
  random: Random,
  { height, width }: { height: number; width: number },
  { area, ratio = [3 / 4, 4 / 3] }: BoxOptions,
): CropBox {
  const [low, high] = ratio.map(portable.log);
  for (let attempt = 0; attempt < 10; attempt++) {
    const target = height * width * random.uniform(area[0], area[1]);
    const aspect = portable.exp(random.uniform(low, high));
    const w = Math.round(Math.sqrt(target * aspect));
    const h = Math.round(Math.sqrt(target / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return { top: random.integer(height - h + 1), left: random.integer(width - w + 1), height: h, width: w };
  }
  const aspect = Math.min(Math.max(width / height, ratio[0]), ratio[1]);
  const w = Math.min(width, Math.round(height * aspect));
  const h = Math.min(height, Math.round(width / aspect));
  return { top: (height - h) >> 1, left: (width - w) >> 1, height: h, width: w };
}

/** Source positions of one axis: the two pixels around each output pixel's centre and the weight of the second. */
function axis(start: number, length: number, to: number) {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.min(Math.max(((i + 0.5) * length) / to - 0.5, 0), length - 1);
    const first = Math.floor(position);
    const second = Math.min(first + 1, length - 1);
    return { first: start + first, second: start + second, weight: position - first };
  });
}

/**
 * Resizes a box of a picture: bilinear between pixel centres, without antialiasing, inside the box alone.
 * @param out `[outHeight, outWidth, channels]`; bytes are rounded, floats are between 0 and 255
 */
export function resizedCrop(
  image: ByteImage,
  box: CropBox,
  { height, width }: { height: number; width: number },
  out: Uint8Array | Float32Array,
): void {
  const { channels, data } = image;
  const rows = axis(box.top, box.height, height);
  const columns = axis(box.left, box.width, width);
  const half = out instanceof Uint8Array ? 0.5 : 0;
  let to = 0;
  for (const y of rows) {
    const upper = y.first * image.width;
    const lower = y.second * image.width;
    for (const x of columns) {
      const a = (upper + x.first) * channels;
      const b = (upper + x.second) * channels;
      const c = (lower + x.first) * channels;
      const d = (lower + x.second) * channels;
      for (let k = 0; k < channels; k++) {
        const top = data[a + k] + x.weight * (data[b + k] - data[a + k]);
        const bottom = data[c + k] + x.weight * (data[d + k] - data[c + k]);
        out[to++] = top + y.weight * (bottom - top) + half;
      }
    }
  }
}
