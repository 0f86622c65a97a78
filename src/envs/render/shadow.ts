import { footprintOf, outside, type Footprint } from './footprint.ts';
import type { Floor, Shape, Vector } from './scene.ts';
import { toView, type View } from './view.ts';

/** How soft the edge of a shadow is, in metres. */
const PENUMBRA = 0.02;

type Area = [left: number, top: number, right: number, bottom: number];

/** Rows and columns of pixels that can show a footprint's rectangle on the floor; null where it is behind the camera. */
function areaOf(print: Footprint, floor: Floor, view: View, width: number, height: number): Area | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  let behind = 0;
  for (let n = 0; n < 4; n++) {
    const x = print.x + (n & 1 ? 1 : -1) * (print.reachX + PENUMBRA);
    const y = print.y + (n & 2 ? 1 : -1) * (print.reachY + PENUMBRA);
    const [a, b, depth] = toView(view, [x, y, floor.height]);
    if (depth < 0.01) {
      behind++;
      continue;
    }
    const column = (a / depth / view.halfWidth + 1) * 0.5 * width;
    const row = (1 - b / depth / view.halfHeight) * 0.5 * height;
    left = Math.min(left, Math.floor(column) - 1);
    right = Math.max(right, Math.floor(column) + 1);
    top = Math.min(top, Math.floor(row) - 1);
    bottom = Math.max(bottom, Math.floor(row) + 1);
  }
  if (behind === 4) return null;
  if (behind > 0) return [0, 0, width - 1, height - 1];
  return [Math.max(0, left), Math.max(0, top), Math.min(width - 1, right), Math.min(height - 1, bottom)];
}

/**
 * Marks in `cover` (one byte a pixel) how much of it lies in the shadow of any solid shape.
 * @returns the rows that can hold a mark, or null for none.
 */
export function castShadows(
  shapes: readonly Shape[],
  floor: Floor,
  direction: Vector,
  view: View,
  width: number,
  height: number,
  cover: Uint8Array,
): [first: number, last: number] | null {
  const { right, up, forward, position, halfWidth, halfHeight } = view;
  const drop = floor.height - position[2];
  if (direction[2] >= 0 || drop >= 0) return null;
  const du = (2 * halfWidth) / width;
  const dv = (2 * halfHeight) / height;
  const [limitX, limitY] = floor.halfExtent ?? [Infinity, Infinity];
  // As in the floor: a row shows one depth and one y.
  const straight = Math.abs(right[1]) < 1e-12 && Math.abs(right[2]) < 1e-12;
  let [first, last] = [height, -1];
  for (const shape of shapes) {
    if ((shape.opacity ?? 1) < 1) continue;
    const print = footprintOf(shape, floor.height, direction);
    const area = areaOf(print, floor, view, width, height);
    if (!area) continue;
    first = Math.min(first, area[1]);
    last = Math.max(last, area[3]);
    for (let row = area[1]; row <= area[3]; row++) {
      const v = halfHeight - (row + 0.5) * dv;
      const [vx, vy, vz] = [v * up[0] + forward[0], v * up[1] + forward[1], v * up[2] + forward[2]];
      let [from, to] = [area[0], area[2]];
      if (straight) {
        if (vz > -1e-6) continue;
        const t = drop / vz;
        // Half of the widest part of the soft edge: where the share falls to 0.
        const edge = (PENUMBRA + t * dv) / 2;
        if (Math.abs(position[1] + t * vy - print.y) > print.reachY + edge) continue;
        const middle = (print.x - position[0]) / t - vx;
        const reach = (print.reachX + edge) / t;
        const sign = right[0] < 0 ? -1 : 1;
        from = Math.max(from, Math.floor((sign * middle - reach + halfWidth) / du) - 1);
        to = Math.min(to, Math.floor((sign * middle + reach + halfWidth) / du) + 1);
      }
      for (let column = from; column <= to; column++) {
        const u = (column + 0.5) * du - halfWidth;
        const dz = u * right[2] + vz;
        if (dz > -1e-6) continue;
        const t = drop / dz;
        const x = position[0] + t * (u * right[0] + vx);
        const y = position[1] + t * (u * right[1] + vy);
        if (x > limitX || x < -limitX || y > limitY || y < -limitY) continue;
        const share = 0.5 - outside(print, x, y) / (PENUMBRA + t * dv);
        if (share <= 0) continue;
        const mark = share >= 1 ? 255 : share * 255;
        const at = row * width + column;
        if (mark > cover[at]) cover[at] = mark;
      }
    }
  }
  return last >= first ? [first, last] : null;
}
