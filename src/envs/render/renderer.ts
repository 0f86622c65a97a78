import { InputError } from '../../base/index.ts';
import { bodyOf, type Body } from './body.ts';
import { BodyTable } from './bodyTable.ts';
import { FloorPainter, floorNumbers } from './floor.ts';
import { Kernel } from './kernel.ts';
import { Key } from './key.ts';
import { Raster } from './raster.ts';
import type { RenderOptions, Scene } from './scene.ts';
import { lampOf, SUN, type Lamp } from './lamp.ts';
import { castShadows } from './shadow.ts';
import { paintSky, skyNumbers } from './sky.ts';
import { viewOf, type View } from './view.ts';

const NO_FLOOR = { height: 0, opacity: 0 };

/**
 * Draws scenes of one size by casting a ray through every sample that a shape may cover. It computes with
 * `+ - * /`, `sqrt`, `floor` and comparisons alone, so that a picture is the same, bit for bit, on every machine.
 * Its buffers are kept from picture to picture, and so are sky and floor while they stay in place.
 */
export class Renderer {
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 2;
  readonly #kernel = new Kernel();
  readonly #raster: Raster;
  /** A second depth buffer, for translucent shapes. */
  #veil: Raster | null = null;
  readonly #table = new BodyTable(this.#kernel);
  /** Addresses of the camera's numbers and of the picture. */
  readonly #camera = this.#kernel.take(8 * 9);
  readonly #picture: number;
  readonly #sky: Uint8Array;
  readonly #skyKey = new Key();
  readonly #groundKey = new Key();
  readonly #floor: FloorPainter;
  readonly #shadows: Uint8Array;

  constructor(width: number, height: number, { samples = 2 }: RenderOptions = {}) {
    if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
      throw new InputError(`Picture size: ${width} x ${height}; give positive whole numbers.`);
    }
    this.width = width;
    this.height = height;
    this.samples = samples;
    this.#raster = new Raster(this.#kernel, width * samples, height * samples);
    this.#picture = this.#kernel.take(width * height * 3);
    this.#sky = new Uint8Array(width * height * 3);
    this.#shadows = new Uint8Array(width * height);
    this.#floor = new FloorPainter(this.#kernel, width, height);
  }

  /**
   * Draws a scene.
   * @param out where to put the RGB bytes, row by row; a new array when absent.
   */
  render(scene: Scene, out: Uint8Array = new Uint8Array(this.width * this.height * 3)): Uint8Array {
    const { width, height } = this;
    if (out.length !== width * height * 3) {
      throw new InputError(
        `Picture: out has ${out.length} bytes; ${width} x ${height} RGB needs ${width * height * 3}.`,
      );
    }
    const view = viewOf(scene.camera, width, height);
    const lamp = lampOf(scene.light ?? {}, view);
    this.#background(scene, view, lamp);
    const picture = this.#window(this.#picture);
    picture.set(this.#window(this.#floor.picture));
    this.#darken(scene, view, picture);
    this.#drawShapes(scene, view, lamp);
    // The memory may have grown under its windows.
    out.set(this.#window(this.#picture));
    return out;
  }

  /** The RGB bytes of a picture in the kernel's memory. */
  #window(address: number): Uint8Array {
    return this.#kernel.bytes(address, this.width * this.height * 3);
  }

  /** Sky and floor, drawn anew only where they can have changed. */
  #background(scene: Scene, view: View, lamp: Lamp): void {
    const { width, height } = this;
    const { sky = {}, floor = NO_FLOOR } = scene;
    // Another picture each time: nothing to keep.
    if ('picture' in sky) this.#skyKey.forget();
    const sameSky = !('picture' in sky) && this.#skyKey.holds(skyNumbers(sky, view));
    const sameGround = this.#groundKey.holds(floorNumbers(floor, lamp, view));
    if (sameSky && sameGround) return;
    if (!sameSky) paintSky(sky, view, width, height, this.#sky);
    this.#window(this.#floor.picture).set(this.#sky);
    this.#floor.paint(floor, lamp, view);
  }

  #darken(scene: Scene, view: View, out: Uint8Array): void {
    const sun = scene.light?.sun === undefined ? SUN : scene.light.sun;
    const floor = scene.floor;
    if (!sun || !floor || sun.shadow <= 0) return;
    const strength = (sun.shadow * (floor.opacity ?? 1)) / 255;
    const cover = this.#shadows;
    const rows = castShadows(scene.shapes, floor, sun.direction, view, this.width, this.height, cover);
    if (!rows) return;
    for (let at = rows[0] * this.width; at < (rows[1] + 1) * this.width; at++) {
      if (cover[at] === 0) continue;
      const keep = 1 - strength * cover[at];
      cover[at] = 0;
      for (let k = at * 3; k < at * 3 + 3; k++) out[k] = out[k] * keep + 0.5;
    }
  }

  /** Solid shapes, then translucent ones over the picture where nothing solid is nearer. */
  #drawShapes({ shapes }: Scene, view: View, lamp: Lamp): void {
    const { width, height, samples } = this;
    const { loops } = this.#kernel;
    const pitch = (2 * view.halfHeight) / (height * samples);
    const bodies: Body[] = [];
    const veils: Body[] = [];
    for (const shape of shapes) {
      const body = bodyOf(shape, view, pitch);
      if (body) (body.opacity < 1 ? veils : bodies).push(body);
    }
    if (veils.length > 0) this.#veil ??= new Raster(this.#kernel, width * samples, height * samples);
    const table = this.#table.write(veils.length > 0 ? bodies.concat(veils) : bodies);
    const camera = this.#camera;
    const { halfWidth, halfHeight } = view;
    const { ambient, diffuse, specular, sun, sunDiffuse } = lamp;
    const numbers = [halfWidth, halfHeight, ambient, diffuse, specular, ...sun, sunDiffuse];
    this.#kernel.float64(camera, numbers.length).set(numbers);
    const solid = this.#raster;
    loops.clearRaster(solid.address);
    for (let id = 0; id < bodies.length; id++) loops.drawBody(solid.address, table, id, camera);
    loops.blend(solid.address, 0, table, camera, 1, samples, this.#picture);
    veils.forEach(({ opacity }, n) => {
      const { address } = this.#veil!;
      loops.clearRaster(address);
      loops.drawBody(address, table, bodies.length + n, camera);
      loops.blend(address, solid.depth, table, camera, opacity, samples, this.#picture);
    });
  }
}

const renderers = new Map<string, Renderer>();

/**
 * Draws a scene as RGB bytes, row by row (`width * height * 3`).
 *
 * @param out where to put them; a new array when absent.
 * @throws InputError for a camera that shows nothing, or sizes that do not fit.
 * @example
 * const shapes = [{ kind: 'sphere', center: [0, 0, 0.3], radius: 0.3, color: palette.limb }] as const;
 * const camera = { position: [0, -3, 1], forward: [0, 1, -0.2], up: [0, 0, 1], fovy: 45 } as const;
 * const bytes = renderScene({ camera, shapes, floor: { height: 0 } }, 84, 84);
 */
export function renderScene(
  scene: Scene,
  width: number,
  height: number,
  out?: Uint8Array,
  { samples = 2 }: RenderOptions = {},
): Uint8Array {
  const key = `${width}x${height}/${samples}`;
  let renderer = renderers.get(key);
  if (!renderer) {
    renderer = new Renderer(width, height, { samples });
    // People's window sizes must not pile up buffers for ever.
    if (renderers.size >= 8) renderers.clear();
    renderers.set(key, renderer);
  }
  return renderer.render(scene, out);
}
