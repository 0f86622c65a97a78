import type { Picture } from '../../envs/index.ts';

/** A picture that stands somewhere on the screen, in cells. */
export interface Placed {
  picture: Picture;
  columns: number;
  rows: number;
}

/** A placed picture with its upper left cell, counted from 0. */
export interface Spot extends Placed {
  row: number;
  column: number;
}

/** What a finished frame wants: pictures, and the text of every row as far as it matters to them. */
export interface StagedFrame {
  spots: readonly Spot[];
  rows: readonly string[];
}

// Looks like a colour to all that measures and cuts lines, so that it moves with the text around it. Terminals know
// no such colour; the mark is taken out before a line is printed all the same.
// eslint-disable-next-line no-control-regex -- the mark is a control sequence
const MARK = /\x1b\[4701;(\d+)m/g;
// eslint-disable-next-line no-control-regex -- colours are control sequences
const SGR = /\x1b\[[\d;]*m/g;

/**
 * Pictures that the lines of a screen stand for: a pane puts a picture here and an invisible mark into its text; once
 * the lines are whole, the marks tell where the pictures ended up.
 */
export class PictureShelf {
  readonly #placed = new Map<number, Placed>();
  #next = 0;

  /** @returns the mark to put before the first cell of the picture's first line */
  put(placed: Placed): string {
    const id = this.#next++;
    this.#placed.set(id, placed);
    return `\x1b[4701;${id}m`;
  }

  /** Takes the marks out of finished lines. @returns the lines to print and where pictures go */
  collect(lines: readonly string[]): { lines: string[]; spots: Spot[] } {
    const spots: Spot[] = [];
    const used = new Set<number>();
    const clean = lines.map((line, row) => {
      if (!line.includes('\x1b[4701;')) return line;
      for (const match of line.matchAll(MARK)) {
        const id = Number(match[1]);
        const placed = this.#placed.get(id);
        if (!placed) continue;
        used.add(id);
        const column = [...line.slice(0, match.index).replace(SGR, '')].length;
        spots.push({ ...placed, row, column });
      }
      return line.replace(MARK, '');
    });
    for (const id of this.#placed.keys()) if (!used.has(id)) this.#placed.delete(id);
    return { lines: clean, spots };
  }
}
