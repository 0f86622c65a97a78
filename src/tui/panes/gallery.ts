import type { Picture } from '../../envs/index.ts';
import { drawPicture } from '../pictures/draw.ts';
import { block, fit } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';

/** A picture with a line or two below it. */
export interface GalleryItem {
  picture: Picture;
  label: string;
  /** The second line. */
  note?: string;
}

/** Cells across below which a picture tells nothing. */
const LEAST = 8;
const MOST = 64;
const GAP = 2;

/** Cells across and down of each picture: as large as all of them fit, else as small as makes sense. */
function sizeFor(
  items: readonly GalleryItem[],
  labels: number,
  width: number,
  height: number,
): [number, number] {
  const [{ picture }] = items;
  const rowsOf = (columns: number) => Math.max(1, Math.round((columns * picture.height) / picture.width / 2));
  for (let columns = Math.min(width, MOST); columns > LEAST; columns--) {
    const down = Math.floor((height + 1) / (rowsOf(columns) + labels + 1));
    const across = Math.floor((width + GAP) / (columns + GAP));
    if (down * across >= items.length) return [columns, rowsOf(columns)];
  }
  const least = Math.min(LEAST, width);
  return [least, Math.min(rowsOf(least), Math.max(1, height - labels))];
}

/** Pictures with their labels as at most `height` lines of `width` cells; those that do not fit are left out. */
export function gallery(
  items: readonly GalleryItem[],
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const labels = items.some(({ note }) => note !== undefined) ? 2 : 1;
  if (items.length === 0 || width < 1 || height <= labels) return [];
  const [columns, rows] = sizeFor(items, labels, width, height);
  const across = Math.max(1, Math.floor((width + GAP) / (columns + GAP)));
  const lines: string[] = [];
  for (let from = 0; from < items.length && lines.length + rows + labels <= height; from += across) {
    const row = items.slice(from, from + across);
    const pictures = row.map(({ picture }) =>
      block(drawPicture(picture, columns, rows, theme), columns, rows),
    );
    const beside = (parts: readonly string[]) =>
      parts.map((part) => fit(part, columns)).join(' '.repeat(GAP));
    if (from > 0) lines.push('');
    for (let y = 0; y < rows; y++) lines.push(beside(pictures.map((picture) => picture[y])));
    lines.push(beside(row.map(({ label }) => label)));
    if (labels > 1) lines.push(beside(row.map(({ note = '' }) => note)));
  }
  return lines.slice(0, height);
}
