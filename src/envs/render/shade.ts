import type { Body } from './body.ts';
import type { Light, Vector } from './scene.ts';
import { rotate, unit, type View } from './view.ts';

/** Light with its defaults, in the camera's coordinates. */
export interface Lamp {
  readonly ambient: number;
  readonly diffuse: number;
  readonly specular: number;
  /** Towards the sun, in the camera's axes. */
  readonly sun: Vector;
  readonly sunDiffuse: number;
}

export const SUN = { direction: [0.25, 0.4, -1] as Vector, diffuse: 0.3, shadow: 0.5 };

export function lampOf(light: Light, view: View): Lamp {
  const { ambient = 0.4, diffuse = 0.8, specular = 0.1, sun = SUN } = light;
  const [x, y, z] = sun ? rotate(view, unit(sun.direction)) : [0, 0, 0];
  return { ambient, diffuse, specular, sun: [-x, -y, -z], sunDiffuse: sun ? sun.diffuse : 0 };
}

const normal = new Float64Array(3);

/** Writes the normal of a body at the point (x, y, z) of its surface. */
function normalAt(body: Body, x: number, y: number, z: number): void {
  if ('axis' in body) {
    const { start, axis, length, radius } = body;
    const px = x - start[0];
    const py = y - start[1];
    const pz = z - start[2];
    const along = px * axis[0] + py * axis[1] + pz * axis[2];
    if (body.kind === 'cylinder') {
      const edge = 1e-4 * (length + radius);
      if (along < edge || along > length - edge) {
        const sign = along < edge ? -1 : 1;
        for (let k = 0; k < 3; k++) normal[k] = sign * axis[k];
        return;
      }
    }
    const s = along < 0 ? 0 : along > length ? length : along;
    normal[0] = (px - s * axis[0]) / radius;
    normal[1] = (py - s * axis[1]) / radius;
    normal[2] = (pz - s * axis[2]) / radius;
    return;
  }
  const { center, half, axes } = body;
  const px = x - center[0];
  const py = y - center[1];
  const pz = z - center[2];
  const [a, b, c] = axes;
  let la = (px * a[0] + py * a[1] + pz * a[2]) / half[0];
  let lb = (px * b[0] + py * b[1] + pz * b[2]) / half[1];
  let lc = (px * c[0] + py * c[1] + pz * c[2]) / half[2];
  if (body.kind === 'box') {
    const ma = Math.abs(la);
    const mb = Math.abs(lb);
    const mc = Math.abs(lc);
    const face = ma >= mb && ma >= mc ? 0 : mb >= mc ? 1 : 2;
    const sign = (face === 0 ? la : face === 1 ? lb : lc) < 0 ? -1 : 1;
    for (let k = 0; k < 3; k++) normal[k] = sign * axes[face][k];
    return;
  }
  // The gradient of the ellipsoid's equation.
  la /= half[0];
  lb /= half[1];
  lc /= half[2];
  const length = Math.sqrt(la * la + lb * lb + lc * lc);
  for (let k = 0; k < 3; k++) normal[k] = (la * a[k] + lb * b[k] + lc * c[k]) / length;
}

/**
 * Adds the colour of a body where the ray (u, v, 1) meets it at depth t: Lambert's law for the camera's light and the
 * sun, and Blinn's highlight, whose half vector is the view itself as the light stands at the camera.
 */
export function shade(body: Body, lamp: Lamp, u: number, v: number, t: number, sum: Float64Array): void {
  normalAt(body, t * u, t * v, t);
  const facing = Math.max(0, -(u * normal[0] + v * normal[1] + normal[2]) / Math.sqrt(u * u + v * v + 1));
  const { sun, sunDiffuse } = lamp;
  const sunny = Math.max(0, normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]);
  const f2 = facing * facing;
  const f4 = f2 * f2;
  const f16 = f4 * f4 * f4 * f4;
  const matt = lamp.ambient + lamp.diffuse * facing + sunDiffuse * sunny;
  const shine = lamp.specular * f16 * f16;
  const color = body.color;
  for (let k = 0; k < 3; k++) {
    const c = color[k] * matt + shine;
    sum[k] += c > 1 ? 1 : c;
  }
}
