// Text that may hold colours (SGR sequences). All of the screen's own glyphs are one cell wide.

/* eslint-disable no-control-regex -- these patterns are about control characters */
const SGR = /\x1b\[[\d;]*m/g;
/** As `SGR`, for splitting: the sequences come out at the odd places. */
const SPLIT = /(\x1b\[[\d;]*m)/;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;
/* eslint-enable no-control-regex */

/** `text` without its colours. */
export function withoutColors(text: string): string {
  return text.replace(SGR, '');
}

/** Cells that `text` takes on the screen. */
export function widthOf(text: string): number {
  let width = 0;
  for (const _ of withoutColors(text)) width += 1;
  return width;
}

/** Text from outside (a failure's reason, a file name) made safe to print: control characters become spaces. */
export function printable(text: string): string {
  return text.replace(CONTROL, ' ');
}

/** Cuts `text` to `width` cells, with `…` where something was lost; colours stay whole and are closed. */
export function truncate(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  let result = '';
  let left = width - 1;
  let colored = false;
  for (const [i, piece] of text.split(SPLIT).entries()) {
    if (i % 2 === 1) {
      result += piece;
      colored = true;
      continue;
    }
    for (const glyph of piece) {
      if (left === 0) return `${result}…${colored ? '\x1b[0m' : ''}`;
      result += glyph;
      left -= 1;
    }
  }
  return result;
}

/** `text` in exactly `width` cells, left-aligned. */
export function fit(text: string, width: number): string {
  const short = truncate(text, width);
  return short + ' '.repeat(Math.max(0, width - widthOf(short)));
}

/** `text` in exactly `width` cells, right-aligned. */
export function fitRight(text: string, width: number): string {
  const short = truncate(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(short))) + short;
}

/** `left` and `right` at the two ends of a line of `width` cells; the left one gives way. */
export function ends(left: string, right: string, width: number): string {
  const space = widthOf(right);
  if (space + 2 > width) return fit(left, width);
  return fit(left, width - space) + right;
}

/** The parts that fit into `width` cells, most important first, joined by `separator`. */
export function joinFitting(parts: readonly string[], separator: string, width: number): string {
  let line = '';
  for (const part of parts) {
    if (part === '') continue;
    const longer = line === '' ? part : line + separator + part;
    if (widthOf(longer) > width) break;
    line = longer;
  }
  return line;
}

/** Exactly `height` lines of exactly `width` cells. */
export function block(lines: readonly string[], width: number, height: number): string[] {
  return Array.from({ length: Math.max(0, height) }, (_, i) => fit(lines[i] ?? '', width));
}

/** Breaks plain text into lines of at most `width` cells, between words where possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
