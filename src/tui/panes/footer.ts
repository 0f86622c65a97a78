import type { ViewState } from '../model/keys.ts';
import { AXES } from '../model/series.ts';
import { ends, joinFitting, widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';

/** Keys with what they do, as many as fit, most useful first. */
export function keyHints(keys: readonly [string, string][], width: number, theme: Theme): string {
  return joinFitting(
    keys.map(([key, does]) => `${theme.accent(key)} ${theme.muted(does)}`),
    '  ',
    width,
  );
}

/** The last line: keys at the left, the chosen axis at the right. */
export function footerLine(view: ViewState, leave: string, width: number, theme: Theme): string {
  const axis = theme.muted(`${AXES[view.axis]} `);
  const keys: [string, string][] = [
    ['?', 'help'],
    ['q', leave],
    ['Tab', 'metric'],
    ['y', view.log ? 'linear' : 'log'],
    ['s', 'smooth'],
    ['x', 'axis'],
    ['z', view.zoom ? 'unzoom' : 'zoom'],
  ];
  return ends(` ${keyHints(keys, width - 3 - widthOf(axis), theme)}`, axis, width);
}
