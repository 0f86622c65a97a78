import { RunError } from '../../base/index.ts';

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Pictures of the arcade are painted in numbered colours; 0 is see-through in sprites. */
const table = new Uint8Array(3 * 256);
const words = new Uint32Array(256);
const numbers = new Map<string, number>();

/** The number of a colour; the same for the same colour. */
export function color(red: number, green: number, blue: number): number {
  const rgb = [red, green, blue].map((x) => Math.floor(x + 0.5));
  const key = rgb.join();
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size + 1;
    if (number > 255) throw new RunError('The arcade has more than 255 colours.');
    numbers.set(key, number);
    table.set(rgb, 3 * number);
    words[number] = rgb[0] | (rgb[1] << 8) | (rgb[2] << 16);
  }
  return number;
}

/** `n` colours from one to another, evenly spaced. */
export function gradient(from: Rgb, to: Rgb, n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const share = n > 1 ? i / (n - 1) : 0;
    const mix = (k: number) => from[k] + (to[k] - from[k]) * share;
    return color(mix(0), mix(1), mix(2));
  });
}

/** RGB bytes of all colours, three for each number. */
export const colorTable: Readonly<Uint8Array> = table;

/** The same as red + 2^8 green + 2^16 blue: three bytes of a word, on machines that put the lowest byte first. */
export const colorWords: Readonly<Uint32Array> = words;

/** The colours that sprites are written in, one letter each. */
export const ink = {
  K: color(12, 14, 24),
  W: color(246, 247, 250),
  S: color(154, 164, 180),
  D: color(62, 70, 92),
  R: color(228, 66, 72),
  O: color(247, 146, 58),
  Y: color(253, 216, 82),
  L: color(166, 220, 84),
  G: color(58, 166, 92),
  T: color(36, 122, 108),
  C: color(112, 214, 236),
  B: color(64, 120, 226),
  N: color(24, 32, 72),
  P: color(140, 88, 200),
  M: color(242, 128, 178),
  E: color(128, 80, 54),
  H: color(232, 186, 132),
} as const;

export type Ink = keyof typeof ink;
