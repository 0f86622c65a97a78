import { block, fit, truncate, widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';

export interface PaneOptions {
  title: string;
  /** Short text at the right end of the upper border; it gives way to the title. */
  note?: string;
  width: number;
  height: number;
  /** Lines inside the border, `width - 4` cells each. */
  lines: readonly string[];
  theme: Theme;
}

/** Cells inside the border of a pane, which keeps one cell free at either side. */
export function innerArea(area: { width: number; height: number }): { width: number; height: number } {
  return { width: Math.max(0, area.width - 4), height: Math.max(0, area.height - 2) };
}

/** A pane with a rounded border and its title in it, as exactly `height` lines of `width` cells. */
export function pane({ title, note = '', width, height, lines, theme }: PaneOptions): string[] {
  const inside = innerArea({ width, height });
  const name = truncate(title, inside.width);
  const free = inside.width - widthOf(name) - 1;
  const shown = widthOf(note) + 2 <= free ? note : '';
  const rule = '─'.repeat(Math.max(0, width - 5 - widthOf(name) - (shown === '' ? 0 : widthOf(shown) + 3)));
  const tail = shown === '' ? theme.faint(`${rule}╮`) : `${theme.faint(rule)} ${shown} ${theme.faint('─╮')}`;
  const top = `${theme.faint('╭─')} ${theme.strong(name)} ${tail}`;
  const side = theme.faint('│');
  const body = block(lines, inside.width, inside.height).map((line) => `${side} ${line} ${side}`);
  return [fit(top, width), ...body, theme.faint(`╰${'─'.repeat(Math.max(0, width - 2))}╯`)];
}
