import type { ViewState } from '../model/keys.ts';
import { AXES } from '../model/series.ts';
import { ends, fit, joinFitting, widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';

/** Keys with what they do, as many as fit, most useful first. */
export function keyHints(keys: readonly [string, string][], width: number, theme: Theme): string {
  return joinFitting(
    keys.map(([key, does]) => `${theme.accent(key)} ${theme.muted(does)}`),
    '  ',
    width,
  );
}

export interface FooterOptions {
  /** What `q` does here, in a word. */
  leave: string;
  /** A list of runs lies below: Esc goes back to it. */
  nested?: boolean;
  /** Shown in place of the keys. */
  notice?: string;
}

/** The last line: keys or a notice at the left, the chosen axis at the right. */
export function footerLine(view: ViewState, options: FooterOptions, width: number, theme: Theme): string {
  const { leave, nested = false, notice = '' } = options;
  if (notice !== '') return fit(` ${theme.warn(notice)}`, width);
  const axis = theme.muted(`${AXES[view.axis]} `);
  const keys: [string, string][] = [
    ['?', 'help'],
    ['q', leave],
    ['Tab', 'metric'],
    ['y', view.log ? 'linear' : 'log'],
    ['s', 'smooth'],
    ['x', 'axis'],
    ['z', view.zoom ? 'unzoom' : 'zoom'],
    ['e', 'episodes'],
    ['v', 'encoder'],
  ];
  if (nested) keys.splice(2, 0, ['Esc', 'back']);
  return ends(` ${keyHints(keys, width - 3 - widthOf(axis), theme)}`, axis, width);
}
