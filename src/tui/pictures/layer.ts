import type { PictureWriter } from './protocols.ts';
import type { Spot, StagedFrame } from './shelf.ts';

interface Shown {
  spot: Spot;
  /** Text of its rows when it was drawn. */
  text: string;
}

const same = (a: Spot, b: Spot) =>
  a.row === b.row &&
  a.column === b.column &&
  a.columns === b.columns &&
  a.rows === b.rows &&
  a.picture.width === b.picture.width &&
  a.picture.data === b.picture.data;

const sameCells = (a: Spot, b: Spot) =>
  a.row === b.row && a.column === b.column && a.columns === b.columns && a.rows === b.rows;

const wrap = (text: string) => (text === '' ? '' : `\x1b7${text}\x1b8`);

/** Keeps the pictures on the screen as the newest frame wants them, with as few sequences as that takes. */
export class PictureLayer {
  readonly #writer: PictureWriter;
  #shown = new Map<number, Shown>();
  #staged: StagedFrame = { spots: [], rows: [] };

  constructor(writer: PictureWriter) {
    this.#writer = writer;
  }

  /** Says what the next `before` and `after` go by. */
  stage(frame: StagedFrame): void {
    this.#staged = frame;
  }

  /** To be written before the frame's text: takes away what moved or went, so that the text can go there. */
  before(): string {
    const gone = this.#gone();
    for (const [id] of gone) this.#shown.delete(id);
    return wrap(gone.map(([id, { spot }]) => this.#writer.erase(spot, id)).join(''));
  }

  /** To be written after the frame's text: draws what is new or was written over. */
  after(): string {
    return wrap(
      this.#missing()
        .map(([id, spot, text]) => {
          this.#shown.set(id, { spot, text });
          return this.#writer.draw(spot, id);
        })
        .join(''),
    );
  }

  /** Takes all pictures away, such as before leaving. */
  clear(): string {
    const text = wrap([...this.#shown].map(([id, { spot }]) => this.#writer.erase(spot, id)).join(''));
    this.#shown.clear();
    return text;
  }

  #textOf({ row, rows }: Spot): string {
    return this.#staged.rows.slice(row, row + rows).join('\n');
  }

  #gone(): [id: number, shown: Shown][] {
    return [...this.#shown].filter(([id, { spot }]) => {
      const wanted = this.#staged.spots.at(id);
      return !wanted || !sameCells(wanted, spot);
    });
  }

  #missing(): [id: number, spot: Spot, text: string][] {
    return this.#staged.spots.flatMap((spot, id): [number, Spot, string][] => {
      const shown = this.#shown.get(id);
      const text = this.#writer.inText ? this.#textOf(spot) : '';
      if (shown && same(shown.spot, spot) && shown.text === text) return [];
      return [[id, spot, text]];
    });
  }
}
