import type { Picture } from '../../envs/index.ts';
import { halfBlocks } from '../../runs/index.ts';
import { pictureColors, type Theme } from '../text/theme.ts';

/**
 * A picture as lines that take at most `columns` x `rows` cells in its own shape, a cell being twice as high as wide:
 * half blocks, or blank cells that the terminal's own pictures go over.
 */
export function drawPicture(picture: Picture, columns: number, rows: number, theme: Theme): string[] {
  if (!theme.pictures) return halfBlocks(picture, columns, rows, pictureColors(theme));
  if (columns < 1 || rows < 1) return [];
  const scale = Math.min(Math.floor(columns) / picture.width, (2 * Math.floor(rows)) / picture.height);
  const width = Math.max(1, Math.floor(picture.width * scale + 1e-9));
  const height = Math.max(1, Math.floor((picture.height * scale) / 2 + 1e-9));
  const mark = theme.pictures.put({ picture, columns: width, rows: height });
  const blank = ' '.repeat(width);
  return Array.from({ length: height }, (_, row) => (row === 0 ? mark + blank : blank));
}
