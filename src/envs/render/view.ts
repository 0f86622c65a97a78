import { InputError, portable } from '../../base/index.ts';
import type { Camera, Vector } from './scene.ts';

/**
 * A camera as the renderer uses it: a ray through the picture's point (u, v) has the direction
 * `forward + u right + v up`, so that its parameter is the depth along `forward`.
 */
export interface View {
  readonly position: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
  /** Half the picture's width and height at depth 1. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** All of these but the position, as one list. */
  readonly directions: readonly number[];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** A vector of length 1; the zero vector stays. */
export function unit(a: Vector): Vector {
  const length = Math.sqrt(dot(a, a));
  return length > 0 ? [a[0] / length, a[1] / length, a[2] / length] : [0, 0, 0];
}

/** @throws InputError for a camera that shows nothing. */
export function viewOf(camera: Camera, width: number, height: number): View {
  const { position, fovy } = camera;
  if (!(fovy > 0 && fovy < 180)) {
    throw new InputError(`Camera: fovy is ${fovy}; give degrees between 0 and 180.`);
  }
  const forward = unit(camera.forward);
  const right = unit(cross(forward, unit(camera.up)));
  if (dot(right, right) < 0.5) {
    throw new InputError(
      `Camera: forward [${camera.forward}] and up [${camera.up}] must be two different directions.`,
    );
  }
  const angle = (fovy * Math.PI) / 360;
  const halfHeight = portable.sin(angle) / portable.cos(angle);
  const halfWidth = (halfHeight * width) / height;
  const up = cross(right, forward);
  const directions = [...right, ...up, ...forward, halfWidth, halfHeight];
  return { position, right, up, forward, halfWidth, halfHeight, directions };
}

/** A world point in the camera's coordinates: right, up, depth. */
export function toView(view: View, point: Vector): Vector {
  const p = view.position;
  const q: Vector = [point[0] - p[0], point[1] - p[1], point[2] - p[2]];
  return rotate(view, q);
}

/** A world direction in the camera's axes. */
export function rotate(view: View, direction: Vector): Vector {
  return [dot(direction, view.right), dot(direction, view.up), dot(direction, view.forward)];
}
