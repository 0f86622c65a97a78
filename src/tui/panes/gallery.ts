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

/** Cells across below which a picture tells little, where it can be left out, and beyond which it gains nothing. */
const LEAST = 12;
const MOST = 64;
const GAP = 2;

interface Grid {
  across: number;
  down: number;
  /** Cells of each picture. */
  columns: number;
  rows: number;
}

/** The grid with the largest pictures that holds them all; with fewer of them where they would become too small. */
function gridFor(
  items: readonly GalleryItem[],
  labels: number,
  width: number,
  height: number,
  least: number,
): Grid | undefined {
  const [{ picture }] = items;
  for (let count = items.length; count > 0; count--) {
    for (let columns = Math.min(width, MOST); columns >= Math.min(least, width); columns--) {
      const rows = Math.max(1, Math.floor((columns * picture.height) / picture.width / 2));
      const down = Math.floor((height + 1) / (rows + labels + 1));
      const across = Math.floor((width + GAP) / (columns + GAP));
      if (down * across >= count) return { across, down, columns, rows };
    }
  }
  // One picture as large as the height allows.
  const rows = height - labels;
  const columns = Math.min(width, Math.max(1, Math.round((2 * rows * picture.width) / picture.height)));
  const across = Math.max(1, Math.floor((width + GAP) / (columns + GAP)));
  return rows > 0 ? { across, down: 1, columns, rows } : undefined;
}

/**
 * Pictures with their labels as at most `height` lines of `width` cells; those that do not fit are left out.
 * @param least cells across that a picture has at least
 */
export function gallery(
  items: readonly GalleryItem[],
  width: number,
  height: number,
  theme: Theme,
  least = LEAST,
): string[] {
  if (items.length === 0) return [];
  const labels = items.some(({ note }) => note !== undefined) ? 2 : 1;
  const grid = gridFor(items, labels, width, height, least);
  if (!grid) return [];
  const { across, down, columns, rows } = grid;
  const lines: string[] = [];
  for (let k = 0; k < down && k * across < items.length; k++) {
    const row = items.slice(k * across, (k + 1) * across);
    const pictures = row.map(({ picture }) =>
      block(drawPicture(picture, columns, rows, theme), columns, rows),
    );
    const beside = (parts: readonly string[]) =>
      parts.map((part) => fit(part, columns)).join(' '.repeat(GAP));
    if (k > 0) lines.push('');
    for (let y = 0; y < rows; y++) lines.push(beside(pictures.map((picture) => picture[y])));
    lines.push(beside(row.map(({ label }) => label)));
    if (labels > 1) lines.push(beside(row.map(({ note = '' }) => note)));
  }
  return lines.slice(0, height);
}
