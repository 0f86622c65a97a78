import type { Floor, Shape, Vector } from './scene.ts';
import { toView, type View } from './view.ts';

/** A shape's shadow on the floor, as a distance from its outline that is negative inside. */
type Shadow = { x: number; y: number; reach: number; distance: (x: number, y: number) => number };

function tubeShadow(ax: number, ay: number, bx: number, by: number, radius: number): Shadow {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const distance = (x: number, y: number): number => {
    const raw = square > 0 ? ((x - ax) * dx + (y - ay) * dy) / square : 0;
    const s = raw < 0 ? 0 : raw > 1 ? 1 : raw;
    const ex = x - ax - s * dx;
    const ey = y - ay - s * dy;
    return Math.sqrt(ex * ex + ey * ey) - radius;
  };
  return { x: (ax + bx) / 2, y: (ay + by) / 2, reach: Math.sqrt(square) / 2 + radius, distance };
}

/** The shadow of a box is the sum of its three projected axes: a hexagon with sides parallel to them. */
function boxShadow(x0: number, y0: number, axes: readonly (readonly [number, number])[]): Shadow {
  const sides: [number, number, number][] = [];
  for (const [sx, sy] of axes) {
    const length = Math.sqrt(sx * sx + sy * sy);
    if (length < 1e-9) continue;
    const [nx, ny] = [-sy / length, sx / length];
    let extent = 0;
    for (const [ex, ey] of axes) extent += Math.abs(nx * ex + ny * ey);
    sides.push([nx, ny, extent]);
  }
  const distance = (x: number, y: number): number => {
    let far = -Infinity;
    for (const [nx, ny, extent] of sides) {
      far = Math.max(far, Math.abs(nx * (x - x0) + ny * (y - y0)) - extent);
    }
    return far;
  };
  let reach = 0;
  for (const [ex, ey] of axes) reach += Math.sqrt(ex * ex + ey * ey);
  return { x: x0, y: y0, reach, distance };
}

function shadowOf(shape: Shape, height: number, direction: Vector): Shadow {
  const mx = -direction[0] / direction[2];
  const my = -direction[1] / direction[2];
  const flat = (p: Vector): [number, number] => [p[0] + (p[2] - height) * mx, p[1] + (p[2] - height) * my];
  if (shape.kind === 'sphere') {
    const [x, y] = flat(shape.center);
    return tubeShadow(x, y, x, y, shape.radius);
  }
  if ('from' in shape) {
    return tubeShadow(...flat(shape.from), ...flat(shape.to), shape.radius);
  }
  const r = shape.rotation;
  // An ellipsoid casts a little less than the box around it.
  const scale = shape.kind === 'box' ? 1 : 0.75;
  const axes = [0, 1, 2].map((i): [number, number] => {
    const h = shape.half[i] * scale;
    return [h * (r[i] + r[i + 6] * mx), h * (r[i + 3] + r[i + 6] * my)];
  });
  return boxShadow(...flat(shape.center), axes);
}

/** Rows and columns of pixels that can show the square of half side `reach` around (x, y) on the floor. */
function windowOf(
  shadow: Shadow,
  margin: number,
  floor: Floor,
  view: View,
  width: number,
  height: number,
): [left: number, top: number, right: number, bottom: number] | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  let behind = 0;
  const reach = shadow.reach + margin;
  for (let n = 0; n < 4; n++) {
    const x = shadow.x + (n & 1 ? reach : -reach);
    const y = shadow.y + (n & 2 ? reach : -reach);
    const [a, b, depth] = toView(view, [x, y, floor.height]);
    if (depth < 0.01) {
      behind++;
      continue;
    }
    const column = (a / depth / view.halfWidth + 1) * 0.5 * width;
    const row = (1 - b / depth / view.halfHeight) * 0.5 * height;
    left = Math.min(left, Math.floor(column));
    right = Math.max(right, Math.ceil(column));
    top = Math.min(top, Math.floor(row));
    bottom = Math.max(bottom, Math.ceil(row));
  }
  if (behind === 4) return null;
  if (behind > 0) return [0, 0, width - 1, height - 1];
  return [Math.max(0, left), Math.max(0, top), Math.min(width - 1, right), Math.min(height - 1, bottom)];
}

/** How soft the edge of a shadow is, in metres. */
const PENUMBRA = 0.02;

/**
 * Marks in `cover` (one byte a pixel) how much of it lies in the shadow of any shape.
 * @returns the rows that hold a mark, or null for none.
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
  const drop = floor.height - view.position[2];
  if (direction[2] >= 0 || drop >= 0) return null;
  const { right, up, forward, position, halfWidth, halfHeight } = view;
  const du = (2 * halfWidth) / width;
  const dv = (2 * halfHeight) / height;
  const [limitX, limitY] = floor.halfExtent ?? [Infinity, Infinity];
  let [first, last] = [height, -1];
  for (const shape of shapes) {
    if ((shape.opacity ?? 1) < 1) continue;
    const shadow = shadowOf(shape, floor.height, direction);
    const area = windowOf(shadow, PENUMBRA, floor, view, width, height);
    if (!area) continue;
    first = Math.min(first, area[1]);
    last = Math.max(last, area[3]);
    for (let row = area[1]; row <= area[3]; row++) {
      const v = halfHeight - (row + 0.5) * dv;
      for (let column = area[0]; column <= area[2]; column++) {
        const u = (column + 0.5) * du - halfWidth;
        const dz = u * right[2] + v * up[2] + forward[2];
        if (dz > -1e-6) continue;
        const t = drop / dz;
        const x = position[0] + t * (u * right[0] + v * up[0] + forward[0]);
        const y = position[1] + t * (u * right[1] + v * up[1] + forward[1]);
        if (Math.abs(x) > limitX || Math.abs(y) > limitY) continue;
        const share = 0.5 - shadow.distance(x, y) / (PENUMBRA + t * dv);
        if (share <= 0) continue;
        const mark = share >= 1 ? 255 : share * 255;
        const at = row * width + column;
        if (mark > cover[at]) cover[at] = mark;
      }
    }
  }
  return last >= first ? [first, last] : null;
}
