import { RunError } from '../../base/index.ts';
import { ink, type Ink } from './palette.ts';

/** A small picture of numbered colours, row by row; 0 is see-through. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * A sprite written as text: one letter of `ink` for each pixel, a point where one sees through.
 * @param swap letters to take for others, for the same shape in other colours.
 */
export function sprite(rows: readonly string[], swap: Partial<Record<Ink, Ink>> = {}): Sprite {
  const width = rows[0].length;
  const pixels = new Uint8Array(width * rows.length);
  rows.forEach((row, y) => {
    if (row.length !== width) throw new RunError(`Sprite row ${y} has ${row.length} pixels, not ${width}.`);
    [...row].forEach((letter, x) => {
      pixels[y * width + x] = letter === '.' ? 0 : ink[swap[letter as Ink] ?? (letter as Ink)];
    });
  });
  return { width, height: rows.length, pixels };
}

/** A sprite as in a mirror: left and right exchanged. */
export function mirrored({ width, height, pixels }: Sprite): Sprite {
  const out = pixels.slice();
  for (let y = 0; y < height; y++) out.subarray(y * width, (y + 1) * width).reverse();
  return { width, height, pixels: out };
}
