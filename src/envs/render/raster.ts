import type { Body } from './body.ts';
import { hitBlock, hitTube, type Row } from './hits.ts';
import type { View } from './view.ts';

/**
 * A depth buffer with `samples` x `samples` samples a pixel, and the touched part of every row of pixels.
 * A body costs no more than the samples inside its bound.
 */
export class Raster {
  readonly columns: number;
  readonly rows: number;
  readonly depth: Float32Array;
  readonly ids: Uint16Array;
  /** First and last touched sample of every row; empty rows have first > last. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  #row: Row;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.depth = new Float32Array(columns * rows).fill(Infinity);
    this.ids = new Uint16Array(columns * rows);
    this.first = new Int32Array(rows);
    this.last = new Int32Array(rows);
    this.#row = { at: 0, u0: 0, du: 0, v: 0, depth: this.depth, ids: this.ids };
    this.clear();
  }

  /** Forgets what `draw` touched. */
  clear(): void {
    for (let j = 0; j < this.rows; j++) {
      if (this.first[j] <= this.last[j]) {
        this.depth.fill(Infinity, j * this.columns + this.first[j], j * this.columns + this.last[j] + 1);
      }
    }
    this.first.fill(this.columns);
    this.last.fill(-1);
  }

  draw(body: Body, id: number, view: View): void {
    const { columns, rows } = this;
    const row = this.#row;
    row.du = (2 * view.halfWidth) / columns;
    row.u0 = -view.halfWidth + row.du / 2;
    const dv = (2 * view.halfHeight) / rows;
    const top = view.halfHeight - dv / 2;
    const bound = body.bound;
    let from = 0;
    let to = columns - 1;
    let low = 0;
    let high = rows - 1;
    if (bound !== 'all') {
      low = Math.max(0, Math.ceil((top - Math.max(bound[1] + bound[2], bound[4] + bound[5])) / dv));
      high = Math.min(rows - 1, Math.floor((top - Math.min(bound[1] - bound[2], bound[4] - bound[5])) / dv));
    }
    for (let j = low; j <= high; j++) {
      row.v = top - j * dv;
      if (bound !== 'all') {
        const [x1, y1, r1, x2, y2, r2] = bound;
        // The hull is the union of circles blended from the first (s = 0) to the second (s = 1); those that
        // reach this row have y1 - r1 + s (slope of y - r) <= v and y1 + r1 + s (slope of y + r) >= v.
        let s0 = 0;
        let s1 = 1;
        const lower = y2 - r2 - (y1 - r1);
        const needLower = row.v - (y1 - r1);
        if (lower > 0) s1 = Math.min(s1, needLower / lower);
        else if (lower < 0) s0 = Math.max(s0, needLower / lower);
        const upper = y2 + r2 - (y1 + r1);
        const needUpper = row.v - (y1 + r1);
        if (upper > 0) s0 = Math.max(s0, needUpper / upper);
        else if (upper < 0) s1 = Math.min(s1, needUpper / upper);
        if (s0 > s1) continue;
        const xa = x1 + s0 * (x2 - x1);
        const ra = r1 + s0 * (r2 - r1);
        const xb = x1 + s1 * (x2 - x1);
        const rb = r1 + s1 * (r2 - r1);
        from = Math.max(0, Math.ceil((Math.min(xa - ra, xb - rb) - row.u0) / row.du));
        to = Math.min(columns - 1, Math.floor((Math.max(xa + ra, xb + rb) - row.u0) / row.du));
        if (from > to) continue;
      }
      row.at = j * columns;
      if (from < this.first[j]) this.first[j] = from;
      if (to > this.last[j]) this.last[j] = to;
      if ('axis' in body) hitTube(body, id, row, from, to);
      else hitBlock(body, id, row, from, to);
    }
  }
}
