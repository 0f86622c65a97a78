import type { Block, Color, Shape, Vector } from './scene.ts';
import { rotate, toView, unit, type View } from './view.ts';

/** What lies nearer than this is not drawn. */
export const NEAR = 0.01;

/** The outline's bound on the picture plane at depth 1: the hull of two circles, or everything. */
export type Bound = readonly [x1: number, y1: number, r1: number, x2: number, y2: number, r2: number] | 'all';

interface Common {
  readonly color: Color;
  readonly opacity: number;
  readonly bound: Bound;
  /** Without edges: its colour changes little from sample to sample. */
  readonly smooth: boolean;
}

/** A capsule, or a sphere of no length, or a cylinder with flat ends; in the camera's coordinates. */
export interface TubeBody extends Common {
  readonly kind: 'capsule' | 'cylinder';
  readonly start: Vector;
  readonly axis: Vector;
  readonly length: number;
  readonly radius: number;
}

/** A box or an ellipsoid in the camera's coordinates; `axes` are its three local axes. */
export interface BlockBody extends Common {
  readonly kind: 'box' | 'ellipsoid';
  readonly center: Vector;
  readonly axes: readonly [Vector, Vector, Vector];
  readonly half: Vector;
}

export type Body = TubeBody | BlockBody;

/** The circle around a ball's outline (an ellipse), or null where the ball reaches the camera's plane. */
function circleOf([x, y, z]: Vector, radius: number): [number, number, number] | null {
  const across = Math.sqrt(x * x + y * y);
  const gap = x * x + y * y + z * z - radius * radius;
  if (z <= 0 || gap <= 0) return null;
  // The outline spans the angles theta - alpha to theta + alpha off the axis.
  const tanTheta = across / z;
  const tanAlpha = radius / Math.sqrt(gap);
  const cosine = 1 - tanTheta * tanAlpha;
  if (cosine < 0.01) return null;
  const outer = (tanTheta + tanAlpha) / cosine;
  const inner = (tanTheta - tanAlpha) / (1 + tanTheta * tanAlpha);
  const middle = (outer + inner) / 2;
  return [
    across > 0 ? (x / across) * middle : 0,
    across > 0 ? (y / across) * middle : 0,
    (outer - inner) / 2,
  ];
}

/** The hull of two balls; null where both are behind the camera. */
function boundOf(a: Vector, b: Vector, radius: number): Bound | null {
  if (a[2] + radius < NEAR && b[2] + radius < NEAR) return null;
  const one = circleOf(a, radius);
  const two = circleOf(b, radius);
  return one && two ? [...one, ...two] : 'all';
}

function blockBody(shape: Block, view: View): Body | null {
  const r = shape.rotation;
  const h = shape.half;
  const center = toView(view, shape.center);
  const axes = [0, 1, 2].map((i) => rotate(view, [r[i], r[i + 3], r[i + 6]])) as [Vector, Vector, Vector];
  // Two balls at the ends of the longest axis hold the block more tightly than one.
  const long = h[0] >= h[1] && h[0] >= h[2] ? 0 : h[1] >= h[2] ? 1 : 2;
  const rest = h[0] * h[0] + h[1] * h[1] + h[2] * h[2] - h[long] * h[long];
  const radius = Math.sqrt(rest);
  const w = axes[long];
  const end = (s: number): Vector => [center[0] + s * w[0], center[1] + s * w[1], center[2] + s * w[2]];
  const bound = boundOf(end(h[long]), end(-h[long]), radius);
  if (!bound) return null;
  return {
    kind: shape.kind,
    color: shape.color,
    opacity: shape.opacity ?? 1,
    bound,
    smooth: shape.kind === 'ellipsoid',
    center,
    axes,
    half: h,
  };
}

/**
 * A shape as the camera has it; null where it is behind the camera.
 * @param pitch the distance between two samples at depth 1; nothing round is drawn thinner than that, so that thin
 * things do not vanish between samples.
 */
export function bodyOf(shape: Shape, view: View, pitch: number): Body | null {
  if ('half' in shape) return blockBody(shape, view);
  const { color, opacity = 1 } = shape;
  const start = toView(view, 'center' in shape ? shape.center : shape.from);
  const end = 'center' in shape ? start : toView(view, shape.to);
  const span: Vector = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  const length = Math.sqrt(span[0] * span[0] + span[1] * span[1] + span[2] * span[2]);
  const radius = Math.max(shape.radius, 0.6 * pitch * Math.min(start[2], end[2]));
  const bound = boundOf(start, end, radius);
  if (!bound) return null;
  const kind = shape.kind === 'cylinder' ? 'cylinder' : 'capsule';
  return { kind, color, opacity, bound, smooth: kind === 'capsule', start, axis: unit(span), length, radius };
}
