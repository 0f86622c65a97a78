import type { Shape, Vector } from './scene.ts';

interface Place {
  /** Middle and half sides of a rectangle around the footprint, along the world's axes. */
  x: number;
  y: number;
  reachX: number;
  reachY: number;
}

/** A segment from (ax, ay) over (dx, dy) with a radius. */
interface Track extends Place {
  kind: 'track';
  ax: number;
  ay: number;
  dx: number;
  dy: number;
  /** 1 / (dx^2 + dy^2), or 0 for a point. */
  scale: number;
  radius: number;
}

/** All points p with |n (p - middle)| <= extent for each side (n, extent), flattened to three numbers a side. */
interface Polygon extends Place {
  kind: 'polygon';
  sides: Float64Array;
}

/** Where a shape's shadow falls on a horizontal floor. */
export type Footprint = Track | Polygon;

function track(ax: number, ay: number, bx: number, by: number, radius: number): Track {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  return {
    kind: 'track',
    x: (ax + bx) / 2,
    y: (ay + by) / 2,
    reachX: Math.abs(dx) / 2 + radius,
    reachY: Math.abs(dy) / 2 + radius,
    ax,
    ay,
    dx,
    dy,
    scale: square > 0 ? 1 / square : 0,
    radius,
  };
}

/** The shadow of a box is the sum of its three projected axes: a hexagon with sides parallel to them. */
function polygon(x: number, y: number, axes: readonly (readonly [number, number])[]): Polygon {
  const sides = new Float64Array(axes.length * 3);
  let reachX = 0;
  let reachY = 0;
  axes.forEach(([sx, sy], n) => {
    reachX += Math.abs(sx);
    reachY += Math.abs(sy);
    const length = Math.sqrt(sx * sx + sy * sy);
    // An axis along the light has no side of its own: everything is within it.
    if (length < 1e-9) {
      sides[n * 3 + 2] = Infinity;
      return;
    }
    const [nx, ny] = [-sy / length, sx / length];
    let extent = 0;
    for (const [ex, ey] of axes) extent += Math.abs(nx * ex + ny * ey);
    sides.set([nx, ny, extent], n * 3);
  });
  return { kind: 'polygon', x, y, reachX, reachY, sides };
}

/**
 * The footprint of a shape in light of the given direction (downwards). Tilted light draws the ends of tubes and
 * balls as circles rather than ellipses, and an ellipsoid as a smaller box: enough for a soft shadow.
 */
export function footprintOf(shape: Shape, height: number, direction: Vector): Footprint {
  const mx = -direction[0] / direction[2];
  const my = -direction[1] / direction[2];
  const flatX = (p: Vector): number => p[0] + (p[2] - height) * mx;
  const flatY = (p: Vector): number => p[1] + (p[2] - height) * my;
  if ('from' in shape) {
    const { from, to, radius } = shape;
    return track(flatX(from), flatY(from), flatX(to), flatY(to), radius);
  }
  const [x, y] = [flatX(shape.center), flatY(shape.center)];
  if ('radius' in shape) return track(x, y, x, y, shape.radius);
  const r = shape.rotation;
  const scale = shape.kind === 'box' ? 1 : 0.75;
  const axes = [0, 1, 2].map((i): [number, number] => {
    const h = shape.half[i] * scale;
    return [h * (r[i] + r[i + 6] * mx), h * (r[i + 3] + r[i + 6] * my)];
  });
  return polygon(x, y, axes);
}

/** How far a point of the floor is outside the footprint; negative inside. */
export function outside(print: Footprint, x: number, y: number): number {
  if (print.kind === 'track') {
    const px = x - print.ax;
    const py = y - print.ay;
    const raw = (px * print.dx + py * print.dy) * print.scale;
    const s = raw < 0 ? 0 : raw > 1 ? 1 : raw;
    const ex = px - s * print.dx;
    const ey = py - s * print.dy;
    return Math.sqrt(ex * ex + ey * ey) - print.radius;
  }
  const { sides } = print;
  let far = -Infinity;
  for (let n = 0; n < sides.length; n += 3) {
    const gap = Math.abs(sides[n] * (x - print.x) + sides[n + 1] * (y - print.y)) - sides[n + 2];
    if (gap > far) far = gap;
  }
  return far;
}
