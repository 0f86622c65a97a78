import { Random, portable } from '../../base/index.ts';
import type { LabelledImages } from './images.ts';

const radius = (x: number, y: number) => Math.sqrt(x * x + y * y);
const box = (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y));

/** Inside of each shape, in coordinates where it is about one unit in radius. */
const SHAPES: Record<string, (x: number, y: number) => boolean> = {
  disc: (x, y) => radius(x, y) < 0.9,
  ring: (x, y) => radius(x, y) < 0.95 && radius(x, y) > 0.55,
  square: (x, y) => box(x, y) < 0.78,
  frame: (x, y) => box(x, y) < 0.85 && box(x, y) > 0.5,
  triangle: (x, y) => y > -0.6 && y < 0.95 - 1.7 * Math.abs(x),
  plus: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.28 && box(x, y) < 0.95,
  half: (x, y) => radius(x, y) < 0.95 && y > -0.1,
  bars: (x, y) => box(x, y) < 0.9 && Math.abs(Math.abs(x) - 0.55) < 0.25,
  moon: (x, y) => radius(x, y) < 0.95 && radius(x - 0.45, y) > 0.75,
  corner: (x, y) => box(x, y) < 0.85 && (x < -0.3 || y < -0.3),
};

/** Turned at most this far to either side, in radians. */
const MOST_TURN = 0.35;

/** Fine points a side over which a pixel is averaged. */
const FINE = 2;

/**
 * Pictures of ten shapes, one each, anywhere, of many sizes, a little turned, in any colour, on a sloping background with noise: what
 * tells the classes apart is the form alone. The same seed gives the same pictures.
 */
export function shapeImages(count: number, seed: number, side = 32): LabelledImages {
  const random = Random.stream(seed, 'shapes');
  const classes = Object.keys(SHAPES);
  const images = new Uint8Array(count * side * side * 3);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = random.integer(classes.length);
    const inside = SHAPES[classes[labels[n]]];
    const colors = [0, 1, 2].map(() => [0, 1, 2].map(() => random.uniform(20, 235)));
    const [front, back, other] = colors;
    // A shape that is nearly as bright as what is behind it would not be seen.
    if (front.every((value, c) => Math.abs(value - (back[c] + other[c]) / 2) < 60))
      front.forEach((value, c) => (front[c] = value > 127 ? value - 110 : value + 110));
    const size = side * random.uniform(0.26, 0.42);
    const [cx, cy] = [random.uniform(size, side - size), random.uniform(size, side - size)];
    const turn = random.uniform(-MOST_TURN, MOST_TURN);
    const [cos, sin] = [portable.cos(turn) / size, portable.sin(turn) / size];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let cover = 0;
        for (let k = 0; k < FINE * FINE; k++) {
          const dx = x + ((k % FINE) + 0.5) / FINE - cx;
          const dy = y + (Math.floor(k / FINE) + 0.5) / FINE - cy;
          if (inside(cos * dx + sin * dy, cos * dy - sin * dx)) cover += 1 / (FINE * FINE);
        }
        const slope = (x + y) / (2 * side);
        const at = ((n * side + y) * side + x) * 3;
        for (let c = 0; c < 3; c++) {
          const ground = back[c] + slope * (other[c] - back[c]);
          const value = ground + cover * (front[c] - ground) + random.uniform(-12, 12);
          images[at + c] = Math.max(0, Math.min(255, Math.round(value)));
        }
      }
    }
  }
  return { count, side, images, labels, classes };
}
