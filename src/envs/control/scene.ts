import { palette } from '../render/index.ts';
import type { Camera, Floor, Scene, Shape, Vector } from '../render/index.ts';
import { HIDDEN } from './mjcf.ts';
import type { Physics } from './physics.ts';

/** MuJoCo's numbers for the kinds of geoms. */
const GEOM = { plane: 0, sphere: 2, capsule: 3, ellipsoid: 4, cylinder: 5, box: 6 };

const triple = (values: ArrayLike<number>, at: number): Vector => [
  values[at],
  values[at + 1],
  values[at + 2],
];

/** The model's first camera. A MuJoCo camera looks along its own -z axis, with y up. */
function camera(physics: Physics): Camera {
  const axes = physics.data('cam_xmat');
  return {
    position: triple(physics.data('cam_xpos'), 0),
    forward: [-axes[2], -axes[5], -axes[8]],
    up: [axes[1], axes[4], axes[7]],
    fovy: physics.model('cam_fovy')[0],
  };
}

function shape(physics: Physics, geom: number): Shape | null {
  const type = physics.model('geom_type')[geom];
  const [a, b, c] = triple(physics.model('geom_size'), 3 * geom);
  const center = triple(physics.data('geom_xpos'), 3 * geom);
  const rgba = physics.model('geom_rgba');
  const color = triple(rgba, 4 * geom);
  const opacity = Math.min(1, rgba[4 * geom + 3]);
  switch (type) {
    case GEOM.sphere:
      return { kind: 'sphere', center, radius: a, color, opacity };
    case GEOM.capsule:
    case GEOM.cylinder: {
      // Size holds radius and half-length; the axis is the geom's own z.
      const axes = physics.data('geom_xmat');
      const [x, y, z] = [b * axes[9 * geom + 2], b * axes[9 * geom + 5], b * axes[9 * geom + 8]];
      const from: Vector = [center[0] - x, center[1] - y, center[2] - z];
      const to: Vector = [center[0] + x, center[1] + y, center[2] + z];
      const kind = type === GEOM.capsule ? 'capsule' : 'cylinder';
      return { kind, from, to, radius: a, color, opacity };
    }
    case GEOM.box:
    case GEOM.ellipsoid: {
      const rotation = physics.data('geom_xmat').slice(9 * geom, 9 * geom + 9);
      const kind = type === GEOM.box ? 'box' : 'ellipsoid';
      return { kind, center, half: [a, b, c], rotation, color, opacity };
    }
    default:
      return null;
  }
}

function floorOf(physics: Physics): Floor | undefined {
  const geom = physics.model('geom_type').indexOf(GEOM.plane);
  if (geom < 0) return undefined;
  const [hx, hy] = triple(physics.model('geom_size'), 3 * geom);
  // From straight above, an edge in the colour of every other square makes the squares look shifted.
  const lookingDown = physics.data('cam_xmat')[8] > 0.999;
  return {
    height: physics.data('geom_xpos')[3 * geom + 2],
    colors: palette.checker,
    ...(lookingDown ? {} : { edge: { color: palette.edge, width: 0.01 } }),
    ...(hx > 0 && hy > 0 ? { halfExtent: [hx, hy] as const } : {}),
  };
}

/** What the simulation looks like now: the geoms that are not hidden, seen through the model's first camera. */
export function sceneOf(physics: Physics): Scene {
  const groups = physics.model('geom_group');
  const shapes: Shape[] = [];
  for (let geom = 0; geom < physics.ngeom; geom++) {
    if (groups[geom] >= HIDDEN) continue;
    const drawn = shape(physics, geom);
    if (drawn) shapes.push(drawn);
  }
  return {
    camera: camera(physics),
    shapes,
    floor: floorOf(physics),
    sky: { specks: { count: 400, seed: 0 } },
  };
}
