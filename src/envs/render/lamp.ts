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
