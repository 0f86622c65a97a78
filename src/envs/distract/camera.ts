import { portable } from '../../base/index.ts';
import type { Random } from '../../base/index.ts';
import type { Camera, Vector } from '../render/index.ts';

/** How far the camera is from its usual place, and how fast it moves. Angles in radians; zoom 1 is as usual. */
export type CameraState = {
  place: [horizontal: number, vertical: number, roll: number, zoom: number];
  velocity: [number, number, number, number];
};

interface Limits {
  low: readonly number[];
  high: readonly number[];
  /** Standard deviation of a step's change of velocity, and the largest velocity: rad/s, roll rad/step. */
  deviation: readonly number[];
  fastest: readonly number[];
}

/**
 * Limits at scale `s` (Stone et al. 2021, arXiv 2101.02722): angles within (pi/2) s, zoom in by 0.5 s and out by
 * 1.5 s. A camera that looks from a side only rises, so that it stays above the floor.
 */
function limitsOf(s: number, fromAbove: boolean): Limits {
  const angle = (Math.PI / 2) * s;
  const roll = [(Math.PI * s) / 300, (Math.PI * s) / 50];
  return {
    low: [-angle, fromAbove ? -angle : 0, -angle, 1 - 0.5 * s],
    high: [angle, angle, angle, 1 + 1.5 * s],
    deviation: [0.1 * s, 0.1 * s, roll[0], 0.1 * s],
    fastest: [0.4 * s, 0.4 * s, roll[1], 0.4 * s],
  };
}

export function drawCamera(random: Random, s: number, fromAbove: boolean): CameraState {
  const { low, high } = limitsOf(s, fromAbove);
  const place = low.map((from, i) => random.uniform(from, high[i])) as CameraState['place'];
  return { place, velocity: [0, 0, 0, 0] };
}

/** One step of `seconds`: velocities wander, and turn round at the limits. */
export function moveCamera(
  camera: CameraState,
  random: Random,
  s: number,
  fromAbove: boolean,
  seconds: number,
): void {
  const { low, high, deviation, fastest } = limitsOf(s, fromAbove);
  for (let i = 0; i < 4; i++) {
    const wandered = camera.velocity[i] + deviation[i] * random.normal();
    let velocity = Math.max(-fastest[i], Math.min(fastest[i], wandered));
    // The roll's figures are per step, the others per second.
    const moved = camera.place[i] + velocity * (i === 2 ? 1 : seconds);
    if (moved < low[i] || moved > high[i]) velocity = -velocity;
    camera.place[i] = Math.max(low[i], Math.min(high[i], moved));
    camera.velocity[i] = velocity;
  }
}

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Rotates `v` around the unit vector `axis` (Rodrigues' formula). */
function turn(v: Vector, axis: Vector, angle: number): Vector {
  const [c, s] = [portable.cos(angle), portable.sin(angle)];
  const across = cross(axis, v);
  const along = (axis[0] * v[0] + axis[1] * v[1] + axis[2] * v[2]) * (1 - c);
  return [0, 1, 2].map((k) => v[k] * c + across[k] * s + axis[k] * along) as unknown as Vector;
}

/**
 * A camera moved around the point at `distance` in front of it: sideways, upwards, rolled, and nearer or farther.
 * `forward` and `up` are unit vectors at right angles.
 */
export function displaced(camera: Camera, { place }: CameraState, distance: number): Camera {
  const [horizontal, vertical, roll, zoom] = place;
  const { position, forward, up } = camera;
  const right = cross(forward, up);
  const sideways = turn(turn(forward, right, -vertical), up, horizontal);
  const upwards = turn(turn(up, right, -vertical), up, horizontal);
  const target = [0, 1, 2].map((k) => position[k] + distance * forward[k]);
  const away = distance * zoom;
  return {
    ...camera,
    position: [0, 1, 2].map((k) => target[k] - away * sideways[k]) as unknown as Vector,
    forward: sideways,
    up: turn(upwards, sideways, roll),
  };
}
