import { decode } from 'fast-png';
import { EventEmitter } from 'node:events';
import type { Picture } from '../../src/envs/index.ts';

/** A picture that a virtual terminal shows, with its upper left cell. */
export interface ShownPicture {
  row: number;
  column: number;
  columns: number;
  rows: number;
  picture: Picture;
}

const CELL = { width: 10, height: 20 };

/** Pixels of a sixel picture, by a reader that knows the plain form: raster size, colours in percent, runs. */
export function decodeSixel(body: string): Picture {
  const [, width, height] = /^[^q]*q"1;1;(\d+);(\d+)/.exec(body)!.map(Number);
  const data = new Uint8Array(width * height * 3);
  const colors = new Map<number, number[]>();
  let [color, x, top] = [0, 0, 0];
  const rest = body.slice(body.indexOf('q') + 1).replace(/^"[\d;]*/, '');
  for (const [token] of rest.matchAll(/#\d+(;2;\d+;\d+;\d+)?|!\d+[?-~]|[?-~]|[$-]/g)) {
    if (token.startsWith('#')) {
      const [id, , ...rgb] = token.slice(1).split(';').map(Number);
      if (rgb.length === 3)
        colors.set(
          id,
          rgb.map((percent) => Math.round((percent * 255) / 100)),
        );
      color = id;
    } else if (token === '$') x = 0;
    else if (token === '-') [x, top] = [0, top + 6];
    else {
      const count = token.startsWith('!') ? parseInt(token.slice(1)) : 1;
      const bits = token.charCodeAt(token.length - 1) - 63;
      for (let k = 0; k < count; k++, x++)
        for (let bit = 0; bit < 6; bit++)
          if ((bits >> bit) & 1) data.set(colors.get(color)!, ((top + bit) * width + x) * 3);
    }
  }
  return { width, height, data };
}

function decodePng(base64: string): Picture {
  const { width, height, data } = decode(Buffer.from(base64, 'base64'));
  return { width, height, data: Uint8Array.from(data) };
}

/* eslint-disable no-control-regex -- a terminal reads control sequences */
const TOKEN =
  /\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\|\x1b\]1337;File=([^:]*):([^\x07]*)\x07|\x1bP([^\x1b]*)\x1b\\|\x1b\[([?<>]?)([\d;]*)([A-Za-z])|\x1b([78])|[^\x1b]/gsu;
/* eslint-enable no-control-regex */

/** As much of a terminal as the screens use: text, the cursor, and pictures of three protocols. */
export class VirtualTerminal extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  columns: number;
  rows: number;
  /** Everything that was written. */
  written = '';
  alternate = false;
  /** Bytes of drawn pictures. */
  draws = 0;
  #cells: string[][];
  /** Pictures in the text's cells: what covers a cell, by its key. */
  readonly #inText = new Map<string, ShownPicture>();
  readonly #kitty = new Map<number, ShownPicture>();
  #pending = '';
  #pendingKeys = '';
  #row = 0;
  #column = 0;
  #saved = [0, 0];

  constructor(columns: number, rows: number) {
    super();
    [this.columns, this.rows] = [columns, rows];
    this.#cells = Array.from({ length: rows }, () => []);
  }

  getColorDepth(): number {
    return 24;
  }

  readonly write = (text: string): boolean => {
    this.written += text;
    for (const match of text.matchAll(TOKEN)) this.#take(match);
    return true;
  };

  /** Rows of text. */
  get text(): string[] {
    return this.#cells.map((row) => Array.from({ length: this.columns }, (_, x) => row[x] ?? ' ').join(''));
  }

  /** Pictures that are whole; those of which cells were written over are not. */
  get pictures(): ShownPicture[] {
    const counts = new Map<ShownPicture, number>();
    for (const shown of this.#inText.values()) counts.set(shown, (counts.get(shown) ?? 0) + 1);
    const whole = [...counts].filter(([{ columns, rows }, count]) => count === columns * rows);
    return [...this.#kitty.values(), ...whole.map(([shown]) => shown)].sort(
      (a, b) => a.row - b.row || a.column - b.column,
    );
  }

  /** Cells with a rest of a picture that is no longer whole. */
  get debris(): number {
    const whole = new Set(this.pictures);
    return [...this.#inText.values()].filter((shown) => !whole.has(shown)).length;
  }

  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    this.#cells = Array.from({ length: rows }, (_, y) => this.#cells[y] ?? []);
    [this.#row, this.#column] = [Math.min(this.#row, rows - 1), Math.min(this.#column, columns - 1)];
    this.emit('resize');
  }

  #put(glyph: string, row: number, column: number): void {
    this.#cells[row][column] = glyph;
    this.#inText.delete(`${row},${column}`);
  }

  #lay(shown: ShownPicture): void {
    this.draws += 1;
    for (let y = 0; y < shown.rows; y++)
      for (let x = 0; x < shown.columns; x++) this.#inText.set(`${shown.row + y},${shown.column + x}`, shown);
  }

  #take(match: RegExpMatchArray): void {
    const [token, kitty, kittyData, iterm, itermData, sixel, mark, parameters, command, cursor] = match;
    if (kitty !== undefined) return this.#graphics(kitty, kittyData);
    const [row, column] = [this.#row, this.#column];
    if (iterm !== undefined) {
      const keys = Object.fromEntries(iterm.split(';').map((pair) => pair.split('=')));
      const size = { columns: Number(keys.width), rows: Number(keys.height) };
      return this.#lay({ row, column, ...size, picture: decodePng(itermData) });
    }
    if (sixel !== undefined) {
      const picture = decodeSixel(sixel);
      const size = { columns: picture.width / CELL.width, rows: Math.ceil(picture.height / CELL.height) };
      return this.#lay({ row, column, ...size, picture });
    }
    if (cursor === '7') this.#saved = [row, column];
    else if (cursor === '8') [this.#row, this.#column] = this.#saved;
    else if (command !== undefined) this.#control(mark ?? '', parameters ?? '', command);
    else if (token === '\n') this.#lineFeed();
    else if (token === '\r') this.#column = 0;
    else {
      if (column >= this.columns) {
        this.#lineFeed();
      }
      this.#put(token, this.#row, this.#column);
      this.#column += 1;
    }
  }

  /** As a terminal's driver makes of it: to the start of the next line. */
  #lineFeed(): void {
    this.#column = 0;
    if (this.#row < this.rows - 1) this.#row += 1;
    else {
      this.#cells.shift();
      this.#cells.push([]);
    }
  }

  #erase(row: number, from: number, to: number): void {
    for (let x = from; x < to; x++) this.#put(' ', row, x);
  }

  #control(mark: string, parameters: string, command: string): void {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    const count = first || 1;
    if (mark === '?' && first === 1049) this.alternate = command === 'h';
    if (mark !== '') return;
    if (command === 'H') [this.#row, this.#column] = [count - 1, (second || 1) - 1];
    else if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'B') this.#row = Math.min(this.rows - 1, this.#row + count);
    else if (command === 'E') [this.#row, this.#column] = [Math.min(this.rows - 1, this.#row + count), 0];
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'X') this.#erase(this.#row, this.#column, this.#column + count);
    else if (command === 'K') {
      const [from, to] = [first === 0 ? this.#column : 0, first === 1 ? this.#column : this.columns];
      this.#erase(this.#row, from, to);
    } else if (command === 'J') {
      const from = first === 2 ? 0 : this.#row;
      for (let y = from; y < this.rows; y++)
        this.#erase(y, y === this.#row && first !== 2 ? this.#column : 0, this.columns);
      if (first === 2) this.#kitty.clear();
    }
  }

  #graphics(keys: string, data: string): void {
    const given = Object.fromEntries(keys.split(',').map((pair) => pair.split('=')));
    if (given.a === 'd') {
      if (given.d === 'I') this.#kitty.delete(Number(given.i));
      else this.#kitty.clear();
      return;
    }
    if (given.a === 'T') [this.#pendingKeys, this.#pending] = [keys, ''];
    this.#pending += data;
    if (given.m === '1') return;
    const whole = Object.fromEntries(this.#pendingKeys.split(',').map((pair) => pair.split('=')));
    this.draws += 1;
    this.#kitty.set(Number(whole.i), {
      ...{ row: this.#row, column: this.#column, columns: Number(whole.c), rows: Number(whole.r) },
      picture: decodePng(this.#pending),
    });
  }
}
