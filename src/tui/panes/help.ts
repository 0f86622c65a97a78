import type { MetricInfo } from '../model/metrics.ts';
import { fit, wrap } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { pane } from './pane.ts';

const KEYS: readonly [string, string][] = [
  ['Tab, arrows', 'next or previous metric; also h j k l'],
  ['1 … 9', 'a metric by its place in the list'],
  ['z, Enter', 'the chart alone, or back to all panes'],
  ['y', 'logarithmic or linear scale'],
  ['s', 'smoothing: off, 0.6, 0.9, 0.97 (moving average)'],
  ['x', 'axis: agent steps, environment steps, time'],
  ['e', 'the recorded episodes'],
  ['v', 'what the encoder makes of observations'],
  ['Esc', 'back'],
];

/** The help over the screen. */
export function helpPane(
  metric: MetricInfo,
  trains: boolean,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const quit = trains ? 'ends the run (asks first); it is saved' : 'leaves; a running run goes on';
  const keys: [string, string][] = [...KEYS, ['q', quit]];
  if (trains) keys.push(['Ctrl-C', 'saves, ends; again: ends at once']);
  const inside = Math.min(width, 72) - 4;
  const lines = [
    ...keys.map(([key, does]) => `${theme.accent(fit(key, 13))}${does}`),
    '',
    ...wrap(`${metric.title}: ${metric.about}.`, inside),
    ...wrap('An agent step is one decision; it takes action repeat environment steps.', inside).map(
      theme.muted,
    ),
    '',
    theme.muted('any key closes this'),
  ];
  return pane({
    title: 'Help',
    width: Math.min(width, 72),
    height: Math.min(height, lines.length + 2),
    lines,
    theme,
  });
}

/** The keys of a screen, over it. */
export function keysPane(
  keys: readonly [string, string][],
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const lines = [
    ...keys.map(([key, does]) => `${theme.accent(fit(key, 13))}${does}`),
    '',
    theme.muted('any key closes this'),
  ];
  return pane({
    title: 'Help',
    width: Math.min(width, 82),
    height: Math.min(height, lines.length + 2),
    lines,
    theme,
  });
}

/** The question before a run is ended. */
export function quitPane(width: number, theme: Theme): string[] {
  return questionPane(
    'End the run',
    'Save and end this run? It can be resumed.',
    'save and end',
    width,
    theme,
  );
}

/** A question that `y` answers with yes, every other key with no. */
export function questionPane(
  title: string,
  question: string,
  yes: string,
  width: number,
  theme: Theme,
): string[] {
  const lines = [question, '', `${theme.accent('y')} ${yes}   ${theme.accent('any other key')} go on`];
  return pane({ title, width: Math.min(width, Math.max(46, question.length + 4)), height: 5, lines, theme });
}
