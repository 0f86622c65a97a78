import type { Canvas } from './canvas.ts';
import { FIELD } from './canvas.ts';
import { color, ink } from './palette.ts';
import { sprite } from './sprite.ts';

/** Height of the strip above each game that shows score and lives. */
export const STRIP = 8;

const BACKGROUND = color(20, 22, 36);

/** Digits of 3 x 5 dots, one octal digit a row (4 is the left dot). */
const DIGITS = ['75557', '26227', '71747', '71717', '55711', '74717', '74757', '71122', '75757', '75717'].map(
  (rows) => sprite([...rows].map((row) => [4, 2, 1].map((dot) => (Number(row) & dot ? 'W' : '.')).join(''))),
);

const HEART = sprite(['R.R', 'RRR', '.R.']);

/** Writes a whole number with its left edge at x; returns where the next thing may stand. */
export function writeNumber(canvas: Canvas, value: number, x: number, y: number): number {
  for (const digit of String(Math.max(0, Math.floor(value)))) {
    canvas.draw(DIGITS[Number(digit)], x, y);
    x += 4;
  }
  return x;
}

/** The strip: score on the left, one heart for each life beyond the first on the right. */
export function drawStrip(canvas: Canvas, score: number, spareLives: number): void {
  canvas.rect(0, 0, FIELD, STRIP - 1, BACKGROUND);
  canvas.rect(0, STRIP - 1, FIELD, 1, ink.D);
  writeNumber(canvas, score, 2, 1);
  for (let i = 0; i < Math.min(10, spareLives); i++) canvas.draw(HEART, FIELD - 5 - 4 * i, 2);
}
