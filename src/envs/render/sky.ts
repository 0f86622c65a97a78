import { InputError, Random } from '../../base/index.ts';
import { palette, type GradientSky, type PictureSky, type Sky } from './scene.ts';
import { rotate, type View } from './view.ts';

const SPECKS = { count: 600, seed: 1 };

/** Directions and brightness of the specks, made once per seed and count. */
const constellations = new Map<string, Float64Array>();

function constellation(count: number, seed: number): Float64Array {
  const key = `${count}/${seed}`;
  let specks = constellations.get(key);
  if (!specks) {
    const random = Random.stream(seed, 'specks');
    specks = new Float64Array(count * 4);
    for (let n = 0; n < count;) {
      const [x, y, z] = [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)];
      const square = x * x + y * y + z * z;
      if (square > 1 || square < 0.01) continue;
      specks.set([x, y, z, random.uniform(0.2, 0.9)], n * 4);
      n++;
    }
    constellations.set(key, specks);
  }
  return specks;
}

function paintSpecks(sky: GradientSky, view: View, width: number, height: number, out: Uint8Array): void {
  const { count, seed } = sky.specks ?? SPECKS;
  const specks = constellation(count, seed);
  // A speck is a point: the larger the pixel, the less of it the speck fills.
  const share = Math.min(1, height / 120);
  for (let n = 0; n < specks.length; n += 4) {
    const [x, y, z] = rotate(view, [specks[n], specks[n + 1], specks[n + 2]]);
    if (z <= 0) continue;
    const column = Math.floor((x / z / view.halfWidth + 1) * 0.5 * width);
    const row = Math.floor((1 - y / z / view.halfHeight) * 0.5 * height);
    if (column < 0 || column >= width || row < 0 || row >= height) continue;
    const at = (row * width + column) * 3;
    for (let k = 0; k < 3; k++) out[at + k] += Math.floor((255 - out[at + k]) * specks[n + 3] * share);
  }
}

function paintGradient(sky: GradientSky, view: View, width: number, height: number, out: Uint8Array): void {
  const { top = palette.skyTop, bottom = palette.skyBottom } = sky;
  const { right, up, forward, halfWidth, halfHeight } = view;
  for (let row = 0, at = 0; row < height; row++) {
    const v = (1 - (2 * row + 1) / height) * halfHeight;
    const vz = v * up[2] + forward[2];
    for (let column = 0; column < width; column++, at += 3) {
      const u = ((2 * column + 1) / width - 1) * halfWidth;
      // Sine of the elevation, from -1 to 1.
      const elevation = (u * right[2] + vz) / Math.sqrt(u * u + v * v + 1);
      const share = 0.5 + 0.5 * elevation;
      for (let k = 0; k < 3; k++) {
        out[at + k] = (bottom[k] + (top[k] - bottom[k]) * share) * 255 + 0.5;
      }
    }
  }
  paintSpecks(sky, view, width, height, out);
}

/** Stretches the picture over the view (bilinear). */
function paintPicture({ picture }: PictureSky, width: number, height: number, out: Uint8Array): void {
  const { width: w, height: h, data } = picture;
  if (data.length !== w * h * 3) {
    throw new InputError(`Sky picture: ${data.length} bytes for ${w} x ${h}; RGB needs ${w * h * 3}.`);
  }
  if (w === width && h === height) {
    out.set(data);
    return;
  }
  for (let row = 0, at = 0; row < height; row++) {
    const y = Math.min(h - 1, Math.max(0, ((row + 0.5) * h) / height - 0.5));
    const y0 = Math.floor(y);
    const below = y0 + 1 < h ? w * 3 : 0;
    const fy = y - y0;
    for (let column = 0; column < width; column++) {
      const x = Math.min(w - 1, Math.max(0, ((column + 0.5) * w) / width - 0.5));
      const x0 = Math.floor(x);
      const beside = x0 + 1 < w ? 3 : 0;
      const fx = x - x0;
      for (let k = 0; k < 3; k++, at++) {
        const p = (y0 * w + x0) * 3 + k;
        const upper = data[p] + (data[p + beside] - data[p]) * fx;
        const lower = data[p + below] + (data[p + below + beside] - data[p + below]) * fx;
        out[at] = upper + (lower - upper) * fy + 0.5;
      }
    }
  }
}

/** Everything that a gradient's picture follows from. */
export function skyNumbers(sky: GradientSky, { directions }: View): number[] {
  const { top = palette.skyTop, bottom = palette.skyBottom, specks = SPECKS } = sky;
  return [...directions, ...top, ...bottom, specks.count, specks.seed];
}

/** Fills `out` (RGB) with what is behind everything. */
export function paintSky(sky: Sky, view: View, width: number, height: number, out: Uint8Array): void {
  if ('picture' in sky) paintPicture(sky, width, height, out);
  else paintGradient(sky, view, width, height, out);
}
