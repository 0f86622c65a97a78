import type { Picture } from '../envs/index.ts';
import { byRank, scaleColor } from '../runs/index.ts';
import type { Frames } from './frames.ts';
import type { MapPoints } from './map.ts';
import type { Retrieval } from './retrieval.ts';

type Rgb = readonly [number, number, number];

/** A blank picture of one colour. */
export function canvas(width: number, height: number, color: Rgb = [255, 255, 255]): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3];
  return { width, height, data };
}

function fill(
  { width, height, data }: Picture,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  color: Rgb,
): void {
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++)
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) data.set(color, (y * width + x) * 3);
}

/** A disc whose edge is blended with what is below. */
function disc({ width, height, data }: Picture, cx: number, cy: number, radius: number, color: Rgb): void {
  for (let y = Math.floor(cy - radius - 1); y <= cy + radius + 1; y++) {
    for (let x = Math.floor(cx - radius - 1); x <= cx + radius + 1; x++) {
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const distance = Math.sqrt((x - cx) ** 2 + (y - cy) ** 2);
      const cover = 0.85 * Math.max(0, Math.min(1, radius + 0.5 - distance));
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[at + c] += Math.round(cover * (color[c] - data[at + c]));
    }
  }
}

/**
 * Maps side by side, the points coloured by a variable.
 * @param values of each point; colours go by rank, dark is low
 */
export function mapPicture(maps: readonly MapPoints[], values: ArrayLike<number>, side = 360): Picture {
  const gap = 12;
  const picture = canvas(maps.length * (side + gap) + gap, side + 2 * gap);
  const colors = Array.from(byRank(values), scaleColor);
  maps.forEach((points, k) => {
    const left = gap + k * (side + gap);
    fill(picture, left, gap, left + side, gap + side, [246, 246, 248]);
    points.forEach(([x, y], i) => {
      const inner = side - 20;
      disc(picture, left + 10 + x * inner, gap + 10 + (1 - y) * inner, 2.6, colors[i]);
    });
  });
  return picture;
}

/** The newest frame of an observation as RGB. */
export function newestFrame({ images, shape }: Frames, row: number): Picture {
  const { height, width, channels } = shape;
  const data = new Uint8Array(height * width * 3);
  const start = row * height * width * channels;
  // A stack of single channels is shown grey.
  const depth = channels % 3 === 0 ? 3 : 1;
  for (let i = 0; i < height * width; i++) {
    const from = start + i * channels + channels - depth;
    for (let c = 0; c < 3; c++) data[3 * i + c] = images[from + Math.min(c, depth - 1)];
  }
  return { width, height, data };
}

function paste(target: Picture, source: Picture, left: number, top: number): void {
  for (let y = 0; y < source.height; y++) {
    const row = source.data.subarray(y * source.width * 3, (y + 1) * source.width * 3);
    target.data.set(row, ((top + y) * target.width + left) * 3);
  }
}

/** A row for each query: the query in an orange frame, then its nearest neighbours. */
export function retrievalPicture(frames: Frames, examples: Retrieval['examples'], neighbours = 8): Picture {
  const { width, height } = frames.shape;
  const gap = 4;
  const columns = neighbours + 1;
  const picture = canvas(columns * (width + gap) + 5 * gap, examples.length * (height + gap) + 2 * gap);
  examples.forEach((example, r) => {
    const top = gap + r * (height + gap) + gap / 2;
    fill(picture, gap - 2, top - 2, gap + width + 2, top + height + 2, [240, 130, 30]);
    paste(picture, newestFrame(frames, example.query), gap, top);
    example.neighbours.slice(0, neighbours).forEach((row, k) => {
      paste(picture, newestFrame(frames, row), 4 * gap + (k + 1) * (width + gap), top);
    });
  });
  return picture;
}
