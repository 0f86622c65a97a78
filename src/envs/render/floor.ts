import type { Kernel } from './kernel.ts';
import { palette, type Floor } from './scene.ts';
import type { Lamp } from './lamp.ts';
import { dot, type View } from './view.ts';

/** The kernel reads four pixels at a time. */
const ROOM = 12;
/** Numbers of `Floor` in `kernels/src/render/floor.cpp`. */
const PARAMETERS = 32;

/** Everything that a floor's picture follows from, beside the view's directions. */
export function floorNumbers(floor: Floor, lamp: Lamp, { position }: View): number[] {
  const { height, tile = 0.5, colors = palette.checker, edge, halfExtent, opacity = 1 } = floor;
  const { ambient, diffuse, sun, sunDiffuse } = lamp;
  const [one, two] = colors;
  // prettier-ignore
  return [
    position[0], position[1], position[2], height, tile, opacity,
    one[0], one[1], one[2], two[0], two[1], two[2],
    edge ? edge.width : -1, edge ? edge.color[0] : 0, edge ? edge.color[1] : 0, edge ? edge.color[2] : 0,
    halfExtent ? halfExtent[0] : -1, halfExtent ? halfExtent[1] : -1,
    ambient, diffuse, sun[0], sun[1], sun[2], sunDiffuse,
  ];
}

/**
 * Paints checker floors into pictures of one size (`kernels/src/render/floor.cpp`). Each pixel takes the mean of the
 * pattern over its footprint on the floor (the exact integral of both square waves over a rectangle), so that far
 * squares fade to their mean.
 */
export class FloorPainter {
  /** Address of the picture's RGB bytes. */
  readonly picture: number;
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #height: number;
  readonly #parameters: number;

  constructor(kernel: Kernel, width: number, height: number) {
    this.picture = kernel.take(width * height * 3 + ROOM);
    this.#parameters = kernel.take(4 * PARAMETERS);
    this.#kernel = kernel;
    this.#width = width;
    this.#height = height;
  }

  /** Paints over the sky that is in `picture`. */
  paint(floor: Floor, lamp: Lamp, view: View): void {
    const { right, up, forward, position, halfWidth, halfHeight } = view;
    const { tile = 0.5, colors = palette.checker, edge, halfExtent, opacity = 1 } = floor;
    const drop = floor.height - position[2];
    if (drop >= 0 || opacity <= 0) return;
    // How fast the ray's z changes over a pixel: the width of the soft horizon.
    const soft =
      (Math.abs(right[2]) * 2 * halfWidth) / this.#width + (Math.abs(up[2]) * 2 * halfHeight) / this.#height;
    // The pattern repeats after two tiles: small numbers keep single precision exact, however far one has run.
    const near = (x: number) => (halfExtent ? x : x - 2 * tile * Math.floor(x / (2 * tile)));
    const [limitX, limitY] = halfExtent ?? [Infinity, Infinity];
    // The floor's normal in the camera's axes is the z part of those axes.
    const sunny = lamp.sunDiffuse * Math.max(0, dot([right[2], up[2], forward[2]], lamp.sun));
    const [even, odd] = colors;
    const p = this.#kernel.float32(this.#parameters, PARAMETERS);
    // Rounding alone must not make a camera that looks along y look rolled.
    const flat = Math.abs(right[1]) < 1e-12 && Math.abs(right[2]) < 1e-12;
    p.set(flat ? [right[0], 0, 0] : right, 0);
    p.set(up, 3);
    p.set(forward, 6);
    p[9] = near(position[0]);
    p[10] = near(position[1]);
    p[11] = halfWidth;
    p[12] = halfHeight;
    p[13] = drop;
    p[14] = soft;
    p[15] = 1 / tile;
    p[16] = opacity;
    p[17] = edge ? edge.width / tile : 0;
    p[18] = halfExtent ? 1 : 0;
    p[19] = limitX;
    p[20] = limitY;
    p[21] = lamp.ambient + sunny;
    p[22] = lamp.diffuse;
    for (let k = 0; k < 3; k++) {
      p[23 + k] = (even[k] + odd[k]) * 127.5;
      p[26 + k] = (even[k] - odd[k]) * 127.5;
      p[29 + k] = edge ? edge.color[k] * 255 : 0;
    }
    this.#kernel.loops.paintFloor(this.#parameters, this.picture, this.#width, this.#height);
  }
}
