import type { Picture } from '../env.ts';

/** World coordinates: metres, x right, y away from the usual side camera, z up. */
export type Vector = readonly [number, number, number];
/** Red, green, blue, each in [0, 1]. */
export type Color = readonly [number, number, number];

export interface Camera {
  position: Vector;
  /** Viewing direction; any length. */
  forward: Vector;
  /** Any vector that is not parallel to `forward`; the picture's up is its part at right angles to `forward`. */
  up: Vector;
  /** Vertical field of view in degrees, in (0, 180). */
  fovy: number;
}

interface Surface {
  color: Color;
  /** 1 (default) is solid; below 1 what lies behind shines through. Not for hiding: leave a hidden shape out. */
  opacity?: number;
}

/** A segment with a radius; `capsule` has round ends, `cylinder` flat ones. */
export interface Tube extends Surface {
  kind: 'capsule' | 'cylinder';
  from: Vector;
  to: Vector;
  radius: number;
}

export interface Sphere extends Surface {
  kind: 'sphere';
  center: Vector;
  radius: number;
}

/** A box or an ellipsoid in its own axes. */
export interface Block extends Surface {
  kind: 'box' | 'ellipsoid';
  center: Vector;
  /** Half extents (semi-axes) along the local axes. */
  half: Vector;
  /** Nine numbers, row by row; the columns are the local axes in the world, as in MuJoCo's `geom_xmat`. */
  rotation: ArrayLike<number>;
}

export type Shape = Tube | Sphere | Block;

/** A horizontal checker floor, seen from above only. The tile with its lowest corner at the origin has `colors[0]`. */
export interface Floor {
  height: number;
  /** Side of a square in metres; 0.5 by default. */
  tile?: number;
  colors?: readonly [Color, Color];
  /** Thin lines along the borders of every 2 x 2 squares. */
  edge?: { color: Color; width: number };
  /** The floor covers |x| <= hx, |y| <= hy; endless when absent. */
  halfExtent?: readonly [number, number];
  /** 1 by default; the sky shines through below 1 and replaces the floor at 0. */
  opacity?: number;
}

export interface Light {
  /** Light from everywhere; 0.4 by default. */
  ambient?: number;
  /** Light from the camera on matt surfaces; 0.8 by default. */
  diffuse?: number;
  /** Highlight of the camera's light; 0.1 by default. */
  specular?: number;
  /**
   * A distant light: the way it travels, its strength on matt surfaces, and how much its shadows darken the
   * floor, in [0, 1]; `null` for none. By default it comes from above, a little from the left and the front.
   */
  sun?: { direction: Vector; diffuse: number; shadow: number } | null;
}

/** A gradient from straight down (`bottom`) to straight up (`top`) with seeded white specks. */
export interface GradientSky {
  top?: Color;
  bottom?: Color;
  /** Specks on the whole sphere of directions, and the seed of their places; none for `count: 0`. */
  specks?: { count: number; seed: number };
}

/** A picture that fills the view behind the scene, stretched to it: the moving backgrounds of the distracted tasks. */
export interface PictureSky {
  picture: Picture;
}

export type Sky = GradientSky | PictureSky;

/** Everything that a picture shows. */
export interface Scene {
  camera: Camera;
  shapes: readonly Shape[];
  floor?: Floor;
  light?: Light;
  sky?: Sky;
}

export interface RenderOptions {
  /**
   * Samples along each side of a pixel for the shapes' outlines: 2 (default) is smooth, 1 is faster and jagged.
   * Floor and sky are smooth in either.
   */
  samples?: 1 | 2;
}

/** Colours of the standard control suite. */
export const palette = {
  checker: [
    [0.1, 0.2, 0.3],
    [0.2, 0.3, 0.4],
  ],
  edge: [0.2, 0.3, 0.4],
  limb: [0.7, 0.5, 0.3],
  effector: [0.7, 0.4, 0.2],
  decoration: [0.3, 0.5, 0.7],
  target: [0.6, 0.3, 0.3],
  skyTop: [0.4, 0.6, 0.8],
  skyBottom: [0, 0, 0],
} as const satisfies Record<string, Color | readonly [Color, Color]>;
