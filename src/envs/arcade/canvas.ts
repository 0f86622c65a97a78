import type { Picture } from '../env.ts';
import { colorTable, colorWords } from './palette.ts';
import { Resampler } from './resample.ts';
import type { Sprite } from './sprite.ts';

/** Games are laid out on a square of this many units. */
export const FIELD = 84;

/**
 * A square of `FIELD` x `FIELD` units, `scale` pixels to each, painted in numbered colours. Positions may lie
 * between units; they are rounded to pixels, so that edges stay crisp.
 */
export class Canvas {
  readonly scale: number;
  /** Pixels along a side. */
  readonly side: number;
  readonly pixels: Uint8Array;

  constructor(scale: number) {
    this.scale = scale;
    this.side = FIELD * scale;
    this.pixels = new Uint8Array(this.side * this.side);
  }

  /** Fills everything. */
  clear(color: number): void {
    this.pixels.fill(color);
  }

  /** Fills a rectangle, clipped to the canvas. */
  rect(x: number, y: number, width: number, height: number, color: number): void {
    const { side } = this;
    const left = Math.max(0, this.#pixel(x));
    const right = Math.min(side, this.#pixel(x + width));
    const bottom = Math.min(side, this.#pixel(y + height));
    if (left >= right) return;
    for (let row = Math.max(0, this.#pixel(y)); row < bottom; row++) {
      const end = row * side + right;
      // A call of `fill` costs more than a short loop.
      if (right - left > 24) this.pixels.fill(color, row * side + left, end);
      else for (let i = row * side + left; i < end; i++) this.pixels[i] = color;
    }
  }

  /** Puts a sprite with its upper left corner at (x, y). */
  draw({ width, height, pixels }: Sprite, x: number, y: number): void {
    const { scale, side } = this;
    const left = this.#pixel(x);
    const top = this.#pixel(y);
    for (let row = 0; row < height * scale; row++) {
      const at = top + row;
      if (at < 0 || at >= side) continue;
      const from = Math.floor(row / scale) * width;
      for (let column = 0; column < width; column++) {
        const color = pixels[from + column];
        if (color === 0) continue;
        const start = left + column * scale;
        for (let i = Math.max(0, start); i < start + scale && i < side; i++)
          this.pixels[at * side + i] = color;
      }
    }
  }

  /** The canvas as RGB, in `out` where that fits, its pixels averaged where the size is another one. */
  picture(width: number, height: number, out?: Uint8Array): Picture {
    const size = width * height * 3;
    // Words have their places.
    const data = out?.length === size && out.byteOffset % 4 === 0 ? out : new Uint8Array(size);
    if (width !== this.side || height !== this.side) {
      resamplerFor(this.side, width, height).run(this.pixels, colorTable, data);
      return { width, height, data };
    }
    // The side is a multiple of four; four pixels are three words.
    const { pixels } = this;
    const words = new Uint32Array(data.buffer, data.byteOffset, size / 4);
    for (let i = 0, at = 0; i < pixels.length; i += 4, at += 3) {
      const b = colorWords[pixels[i + 1]];
      const c = colorWords[pixels[i + 2]];
      words[at] = colorWords[pixels[i]] | (b << 24);
      words[at + 1] = (b >>> 8) | (c << 16);
      words[at + 2] = (c >>> 16) | (colorWords[pixels[i + 3]] << 8);
    }
    return { width, height, data };
  }

  #pixel(units: number): number {
    return Math.floor(units * this.scale + 0.5);
  }
}

const canvases = new Map<number, Canvas>();
const resamplers = new Map<string, Resampler>();

/** A canvas with at least as many pixels as the picture, so that pictures are only ever made smaller. */
export function canvasFor(width: number, height: number): Canvas {
  const scale = Math.max(1, Math.ceil(Math.max(width, height) / FIELD));
  let canvas = canvases.get(scale);
  if (!canvas) {
    canvas = new Canvas(scale);
    // People's window sizes must not pile up buffers for ever.
    if (canvases.size >= 8) canvases.clear();
    canvases.set(scale, canvas);
  }
  return canvas;
}

function resamplerFor(side: number, width: number, height: number): Resampler {
  const key = `${side}/${width}x${height}`;
  let resampler = resamplers.get(key);
  if (!resampler) {
    resampler = new Resampler(side, width, height);
    if (resamplers.size >= 8) resamplers.clear();
    resamplers.set(key, resampler);
  }
  return resampler;
}
