import type { Style } from '../text/theme.ts';

// Bit of each dot in a braille glyph, by column (0..1) and row (0..3); U+2800 is the empty one.
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

/** A picture of dots, two across and four down in every cell of the terminal. */
export class BrailleCanvas {
  readonly width: number;
  readonly height: number;
  readonly #bits: Uint8Array;
  readonly #glyphs: string[];
  readonly #styles: (Style | undefined)[];

  /** @param width in cells @param height in cells */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#bits = new Uint8Array(width * height);
    this.#glyphs = new Array<string>(width * height).fill('');
    this.#styles = new Array<Style | undefined>(width * height);
  }

  /** Sets the dot in column x (from the left) and row y (from the top); outside of the picture nothing happens. */
  dot(x: number, y: number, style: Style): void {
    if (x < 0 || y < 0 || x >= this.width * 2 || y >= this.height * 4) return;
    const cell = (y >> 2) * this.width + (x >> 1);
    this.#bits[cell] |= BITS[x & 1][y & 3];
    this.#styles[cell] = style;
  }

  /** A straight line between two dots (Bresenham's algorithm); nothing where a coordinate is no integer. */
  line(x0: number, y0: number, x1: number, y1: number, style: Style): void {
    if (![x0, y0, x1, y1].every(Number.isInteger)) return;
    const dx = Math.abs(x1 - x0);
    const dy = -Math.abs(y1 - y0);
    const stepX = x0 < x1 ? 1 : -1;
    const stepY = y0 < y1 ? 1 : -1;
    let error = dx + dy;
    for (let x = x0, y = y0; ;) {
      this.dot(x, y, style);
      if (x === x1 && y === y1) return;
      const twice = 2 * error;
      if (twice >= dy) {
        error += dy;
        x += stepX;
      }
      if (twice <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }

  /** Puts a whole glyph over the cell that holds dot (x, y). */
  glyph(x: number, y: number, glyph: string, style: Style): void {
    if (x < 0 || y < 0 || x >= this.width * 2 || y >= this.height * 4) return;
    const cell = (y >> 2) * this.width + (x >> 1);
    this.#glyphs[cell] = glyph;
    this.#styles[cell] = style;
  }

  /** A glyph through all cells of a row that are still empty. */
  level(y: number, glyph: string, style: Style): void {
    if (y < 0 || y >= this.height * 4) return;
    for (let column = 0; column < this.width; column++) {
      const cell = (y >> 2) * this.width + column;
      if (this.#bits[cell] !== 0 || this.#glyphs[cell] !== '') continue;
      this.#glyphs[cell] = glyph;
      this.#styles[cell] = style;
    }
  }

  /** The rows as text; neighbours in one colour share one sequence. */
  lines(): string[] {
    return Array.from({ length: this.height }, (_, row) => {
      let line = '';
      let run = '';
      let style: Style | undefined;
      const flush = () => {
        line += style ? style(run) : run;
        run = '';
      };
      for (let column = 0; column < this.width; column++) {
        const cell = row * this.width + column;
        const bits = this.#bits[cell];
        const glyph = this.#glyphs[cell] || (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits));
        if (this.#styles[cell] !== style) {
          flush();
          style = this.#styles[cell];
        }
        run += glyph;
      }
      flush();
      return line;
    });
  }
}
