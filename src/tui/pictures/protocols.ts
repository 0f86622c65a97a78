import { encodePng, encodeSixel } from '../../runs/index.ts';
import type { Spot } from './shelf.ts';

/** How a terminal shows pictures; `blocks` are half blocks in its text. */
export type PictureProtocol = 'kitty' | 'iterm' | 'sixel' | 'blocks';

/** Pixels of one cell, for the protocol that counts in pixels. */
export interface CellSize {
  width: number;
  height: number;
}

/** Sequences of one protocol. The cursor stands where they leave it: save it before, restore it after. */
export interface PictureWriter {
  /** Text that is written over the picture's cells takes it away. */
  inText: boolean;
  /** Shows a picture; `id` is its place among the pictures of the screen. */
  draw(spot: Spot, id: number): string;
  /** Takes it away again. */
  erase(spot: Spot, id: number): string;
}

const goTo = (row: number, column: number) => `\x1b[${row + 1};${column + 1}H`;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Blank cells where a picture stood, without touching their neighbours. */
function blank({ row, column, columns, rows }: Spot): string {
  return Array.from({ length: rows }, (_, y) => `${goTo(row + y, column)}\x1b[${columns}X`).join('');
}

/** Pieces that kitty's protocol takes at a time. */
const CHUNK = 4096;
/** Numbers of pictures are the terminal's, not the program's: these are unlikely to be another's. */
const FIRST_ID = 470_100;

/** Kitty's graphics protocol: PNG in chunks, scaled to cells by the terminal; without answers. */
function kitty(): PictureWriter {
  return {
    inText: false,
    draw: (spot, id) => {
      const data = base64(encodePng(spot.picture));
      const chunks = data.match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? [];
      const first = `a=T,f=100,q=2,C=1,i=${FIRST_ID + id},p=1,c=${spot.columns},r=${spot.rows}`;
      const body = chunks.map((chunk, k) => {
        const more = k < chunks.length - 1 ? 1 : 0;
        return `\x1b_G${k === 0 ? `${first},` : 'q=2,'}m=${more};${chunk}\x1b\\`;
      });
      return goTo(spot.row, spot.column) + body.join('');
    },
    erase: (_, id) => `\x1b_Ga=d,d=I,q=2,i=${FIRST_ID + id}\x1b\\`,
  };
}

/** iTerm2's inline files, which WezTerm and others know too. */
function iterm(): PictureWriter {
  return {
    inText: true,
    draw: (spot) => {
      const png = encodePng(spot.picture);
      const size = `width=${spot.columns};height=${spot.rows};preserveAspectRatio=0`;
      const file = `inline=1;size=${png.length};${size};doNotMoveCursor=1`;
      return `${goTo(spot.row, spot.column)}\x1b]1337;File=${file}:${base64(png)}\x07`;
    },
    erase: (spot) => blank(spot),
  };
}

/** Sixels: the picture is scaled here, to the pixels of its cells. */
function sixel(cell: CellSize): PictureWriter {
  return {
    inText: true,
    draw: (spot) => {
      const width = spot.columns * cell.width;
      // Whole bands of six, so that none reaches below the picture's cells.
      const height = Math.max(6, Math.floor((spot.rows * cell.height) / 6) * 6);
      return goTo(spot.row, spot.column) + encodeSixel(spot.picture, width, height);
    },
    erase: (spot) => blank(spot),
  };
}

/** The sequences of a protocol. */
export function pictureWriter(protocol: Exclude<PictureProtocol, 'blocks'>, cell: CellSize): PictureWriter {
  return protocol === 'kitty' ? kitty() : protocol === 'iterm' ? iterm() : sixel(cell);
}
