import { InputError } from '../../base/index.ts';
import { bodyOf, type Body } from './body.ts';
import { FloorPainter, floorNumbers } from './floor.ts';
import { Key } from './key.ts';
import { Raster } from './raster.ts';
import type { RenderOptions, Scene } from './scene.ts';
import { lampOf, shade, SUN, type Lamp } from './shade.ts';
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
  #raster: Raster;
  /** A second depth buffer, for translucent shapes. */
  #veil: Raster | null = null;
  #sky: Uint8Array;
  #skyKey = new Key();
  #groundKey = new Key();
  #floor: FloorPainter;
  #shadows: Uint8Array;
  #sum = new Float64Array(3);

  constructor(width: number, height: number, { samples = 2 }: RenderOptions = {}) {
    if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
      throw new InputError(`Picture size: ${width} x ${height}; give positive whole numbers.`);
    }
    this.width = width;
    this.height = height;
    this.samples = samples;
    this.#raster = new Raster(width * samples, height * samples);
    this.#sky = new Uint8Array(width * height * 3);
    this.#shadows = new Uint8Array(width * height);
    this.#floor = new FloorPainter(width, height);
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
    out.set(this.#background(scene, view, lamp));
    this.#darken(scene, view, out);
    const pitch = (2 * view.halfHeight) / this.#raster.rows;
    const bodies: Body[] = [];
    const veils: Body[] = [];
    for (const shape of scene.shapes) {
      const body = bodyOf(shape, view, pitch);
      if (body) (body.opacity < 1 ? veils : bodies).push(body);
    }
    this.#raster.clear();
    bodies.forEach((body, id) => this.#raster.draw(body, id, view));
    this.#blend(this.#raster, null, bodies, 1, view, lamp, out);
    for (const veil of veils) this.#overlay(veil, view, lamp, out);
    return out;
  }

  /** Sky and floor, drawn anew only where they can have changed. */
  #background(scene: Scene, view: View, lamp: Lamp): Uint8Array {
    const { width, height } = this;
    const { sky = {}, floor = NO_FLOOR } = scene;
    // Another picture each time: nothing to keep.
    if ('picture' in sky) this.#skyKey.forget();
    const sameSky = !('picture' in sky) && this.#skyKey.holds(skyNumbers(sky, view));
    const sameGround = this.#groundKey.holds(floorNumbers(floor, lamp, view));
    const ground = this.#floor.picture;
    if (sameSky && sameGround) return ground;
    if (!sameSky) paintSky(sky, view, width, height, this.#sky);
    ground.set(this.#sky);
    this.#floor.paint(floor, lamp, view);
    return ground;
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

  /** Blends one translucent body over the picture where nothing solid is nearer. */
  #overlay(body: Body, view: View, lamp: Lamp, out: Uint8Array): void {
    const solid = this.#raster;
    const veil = (this.#veil ??= new Raster(solid.columns, solid.rows));
    veil.clear();
    veil.draw(body, 0, view);
    this.#blend(veil, solid.depth, [body], body.opacity, view, lamp, out);
  }

  /** Shades the touched samples of a raster that are not behind `solid`, and blends their mean over each pixel. */
  #blend(
    raster: Raster,
    solid: Float32Array | null,
    bodies: readonly Body[],
    opacity: number,
    view: View,
    lamp: Lamp,
    out: Uint8Array,
  ): void {
    const { width, height, samples } = this;
    const { columns, rows, first, last, depth, ids } = raster;
    const { halfWidth, halfHeight } = view;
    const du = (2 * halfWidth) / columns;
    const dv = (2 * halfHeight) / rows;
    const share = opacity / (samples * samples);
    const sum = this.#sum;
    for (let row = 0; row < height; row++) {
      const upper = row * samples;
      let from = first[upper];
      let to = last[upper];
      if (samples === 2) {
        if (first[upper + 1] < from) from = first[upper + 1];
        if (last[upper + 1] > to) to = last[upper + 1];
      }
      const end = to < from ? -1 : Math.floor(to / samples);
      for (let column = Math.floor(from / samples); column <= end; column++) {
        const at = (row * width + column) * 3;
        const one = upper * columns + column * samples;
        if (samples === 2 && !solid) {
          const two = one + columns;
          const id = ids[one];
          const t = depth[one] + depth[one + 1] + depth[two] + depth[two + 1];
          if (t < Infinity && ids[one + 1] === id && ids[two] === id && ids[two + 1] === id) {
            const body = bodies[id];
            if (body.smooth) {
              // The same surface in all four samples bends too little to be shaded more than once.
              sum[0] = sum[1] = sum[2] = 0;
              shade(body, lamp, (2 * column + 1) * du - halfWidth, halfHeight - (upper + 1) * dv, t / 4, sum);
              const keep = 1 - opacity;
              const scale = 255 * opacity;
              out[at] = sum[0] * scale + out[at] * keep + 0.5;
              out[at + 1] = sum[1] * scale + out[at + 1] * keep + 0.5;
              out[at + 2] = sum[2] * scale + out[at + 2] * keep + 0.5;
              continue;
            }
          }
        }
        let hits = 0;
        for (let j = 0; j < samples; j++) {
          for (let i = 0; i < samples; i++) {
            const sample = one + j * columns + i;
            const t = depth[sample];
            if (t === Infinity || (solid && t >= solid[sample])) continue;
            if (hits++ === 0) sum[0] = sum[1] = sum[2] = 0;
            const u = (column * samples + i + 0.5) * du - halfWidth;
            shade(bodies[ids[sample]], lamp, u, halfHeight - (upper + j + 0.5) * dv, t, sum);
          }
        }
        if (hits === 0) continue;
        const keep = 1 - hits * share;
        const scale = 255 * share;
        out[at] = sum[0] * scale + out[at] * keep + 0.5;
        out[at + 1] = sum[1] * scale + out[at + 1] * keep + 0.5;
        out[at + 2] = sum[2] * scale + out[at + 2] * keep + 0.5;
      }
    }
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
