import { coverOf, type Cover } from '../cover.ts';

/** Brings a square of numbered colours to another size: each target pixel is the mean of what it covers. */
export class Resampler {
  readonly #side: number;
  readonly #width: number;
  readonly #height: number;
  readonly #across: Cover;
  readonly #down: Cover;
  readonly #rows: Float64Array;

  constructor(side: number, width: number, height: number) {
    this.#side = side;
    this.#width = width;
    this.#height = height;
    this.#across = coverOf(side, width);
    this.#down = coverOf(side, height);
    this.#rows = new Float64Array(side * width * 3);
  }

  /** @param table RGB of each colour. @param out RGB bytes, `width * height * 3`. */
  run(pixels: Uint8Array, table: Readonly<Uint8Array>, out: Uint8Array): void {
    const rows = this.#rows;
    const width = this.#width;
    for (let y = 0, at = 0; y < this.#side; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        const shares = this.#across.weights[x];
        const from = y * this.#side + this.#across.first[x];
        let [red, green, blue] = [0, 0, 0];
        for (let k = 0; k < shares.length; k++) {
          const color = pixels[from + k] * 3;
          red += table[color] * shares[k];
          green += table[color + 1] * shares[k];
          blue += table[color + 2] * shares[k];
        }
        rows[at] = red;
        rows[at + 1] = green;
        rows[at + 2] = blue;
      }
    }
    const line = width * 3;
    for (let y = 0, at = 0; y < this.#height; y++) {
      const shares = this.#down.weights[y];
      const from = this.#down.first[y] * line;
      for (let i = 0; i < line; i++, at++) {
        let sum = 0;
        for (let k = 0; k < shares.length; k++) sum += rows[from + k * line + i] * shares[k];
        out[at] = sum + 0.5;
      }
    }
  }
}
