import { InputError, writeFileAtomic } from '../../base/index.ts';
import type { Picture } from '../../envs/index.ts';
import { encodeApng, encodeGif, encodePng } from '../../runs/index.ts';

/** Side of a recorded picture in pixels. */
export const FILM_SIZE = { width: 200, height: 200 };
/** Pictures kept; a longer play drops every second one. */
const MOST_PICTURES = 600;
/** Pictures in a strip. */
const STRIP = 6;

/** Collects the pictures of a play for a GIF or a PNG. */
export class Film {
  #pictures: Picture[] = [];
  #every = 1;
  #seen = 0;

  /** Takes every picture, or every second, fourth, ... of a long play; `draw` is called only for those. */
  take(draw: () => Picture): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#pictures.push(draw());
    if (this.#pictures.length <= MOST_PICTURES) return;
    this.#pictures = this.#pictures.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** Writes the play as an animation. @param fps pictures a second of the whole play */
  writeGif(path: string, fps: number): void {
    writeFileAtomic(path, encodeGif(this.#pictures, fps / this.#every, 1));
  }

  /** The same as PNG: all colours, a larger file. */
  writeApng(path: string, fps: number): void {
    writeFileAtomic(path, encodeApng(this.#pictures, fps / this.#every, 1));
  }

  /** Writes moments of the play, evenly spread, side by side. */
  writePng(path: string): void {
    const count = Math.min(STRIP, this.#pictures.length);
    const at = (i: number) => Math.round((i * (this.#pictures.length - 1)) / Math.max(1, count - 1));
    writeFileAtomic(path, encodePng(beside(Array.from({ length: count }, (_, i) => this.#pictures[at(i)]))));
  }
}

/** Pictures of one size side by side. */
export function beside(pictures: readonly Picture[]): Picture {
  if (pictures.length === 0) throw new InputError('There are no pictures to write.');
  const { width, height } = pictures[0];
  const data = new Uint8Array(width * pictures.length * height * 3);
  for (const [i, picture] of pictures.entries()) {
    for (let row = 0; row < height; row++) {
      const line = picture.data.subarray(row * width * 3, (row + 1) * width * 3);
      data.set(line, (row * pictures.length + i) * width * 3);
    }
  }
  return { width: width * pictures.length, height, data };
}
