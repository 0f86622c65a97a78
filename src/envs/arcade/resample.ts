/** The source cells that each target cell covers along one axis, with the share of each. */
interface Cover {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/** `to` equal cells laid over `from` equal cells. */
function coverOf(from: number, to: number): Cover {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const low = (i * from) / to;
    const high = ((i + 1) * from) / to;
    first[i] = Math.min(from - 1, Math.floor(low));
    const n = Math.max(1, Math.min(from, Math.ceil(high - 1e-9)) - first[i]);
    const shares = Float64Array.from({ length: n }, (_, k) => {
      const cell = first[i] + k;
      return Math.max(0, Math.min(high, cell + 1) - Math.max(low, cell));
    });
    const sum = shares.reduce((a, b) => a + b, 0);
    return sum > 0 ? shares.map((share) => share / sum) : Float64Array.of(1);
  });
  return { first, weights };
}

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
