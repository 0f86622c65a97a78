import {
  found,
  LAUNCHER_FIELDS,
  listOf,
  type LauncherField,
  type LauncherLists,
  type LauncherView,
} from '../model/launcher.ts';
import { block, ends, fit, printable, wrap } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { innerArea, pane } from './pane.ts';

const TITLES: Record<LauncherField, string> = {
  env: 'Environment',
  agent: 'Agent',
  encoder: 'Encoder',
  seed: 'Seed',
  steps: 'Agent steps',
  start: 'Start',
};

/** What the choice comes to: the experiment as YAML, or why it cannot be. */
export type Preview = { yaml: string } | { problem: string };

function fields(view: LauncherView, width: number, theme: Theme): string[] {
  return LAUNCHER_FIELDS.map((field) => {
    const here = field === view.field;
    const mark = here ? theme.accent('▸ ') : '  ';
    if (field === 'start') return mark + (here ? theme.inverse(' Start ') : theme.good(' Start '));
    const value = view.choice[field] === '' ? 'as in the defaults' : view.choice[field];
    const shown = here && (field === 'seed' || field === 'steps') ? `${view.choice[field]}▏` : value;
    const text = fit(`${fit(TITLES[field], 13)}${printable(shown)}`, width - 2);
    return mark + (here ? theme.strong(text) : text);
  });
}

function options(
  view: LauncherView,
  lists: LauncherLists,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const items = listOf(view.field, lists);
  if (!items) {
    const text =
      view.field === 'start'
        ? 'Enter starts the run in a process of its own; its screen opens.'
        : 'Type a number; empty takes the default.';
    return wrap(text, width).map(theme.muted);
  }
  const chosen = view.choice[view.field as 'env'];
  const shown = found(items, view.search);
  const search =
    view.search === '' ? theme.muted('type to search') : `${theme.accent('/')}${printable(view.search)}▏`;
  const room = Math.max(1, height - 1);
  const place = shown.findIndex(({ id }) => id === chosen);
  const first = Math.max(0, Math.min(place - Math.floor(room / 2), shown.length - room));
  const longest = Math.max(0, ...shown.map(({ id }) => id.length));
  const rows = shown.slice(first, first + room).map(({ id, description }) => {
    const text = fit(`${id.padEnd(longest)}  ${description}`, width - 2);
    return id === chosen ? theme.accent('● ') + theme.strong(text) : `  ${text}`;
  });
  return [search, ...(rows.length > 0 ? rows : [theme.muted('nothing of that name')])];
}

/** The launcher as exactly `height` lines of `width` cells. */
export function launcherFrame(
  view: LauncherView,
  lists: LauncherLists,
  preview: Preview,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const side = width >= 100 ? Math.floor(width * 0.42) : 0;
  const left = width - side;
  const body = Math.max(12, height - 2);
  const top = LAUNCHER_FIELDS.length + 2;
  const choices = { width: left, height: body - top };
  const inside = innerArea(choices);
  const yaml =
    'yaml' in preview ? preview.yaml.trimEnd().split('\n') : wrap(preview.problem, Math.max(10, side - 4));
  const experiment = innerArea({ width: side, height: body });
  const first = Math.min(view.scroll, Math.max(0, yaml.length - experiment.height));
  const shown = yaml.slice(first, first + experiment.height).map(printable);
  const panes = [
    ...pane({ title: 'New run', width: left, height: top, lines: fields(view, left - 4, theme), theme }),
    ...pane({
      title: TITLES[view.field],
      ...choices,
      lines: block(options(view, lists, inside.width, inside.height, theme), inside.width, inside.height),
      theme,
    }),
  ];
  const right =
    side > 0
      ? pane({
          title: 'Experiment',
          note: yaml.length > experiment.height ? theme.muted('PgUp PgDn') : '',
          width: side,
          height: body,
          lines: 'yaml' in preview ? shown : shown.map(theme.bad),
          theme,
        })
      : [];
  const hints = keyHints(
    [
      ['Tab', 'next field'],
      ['↑↓', 'choose'],
      ['Enter', view.field === 'start' ? 'start' : 'next'],
      ['Esc', 'leave'],
    ],
    width - 2,
    theme,
  );
  const problem = 'problem' in preview ? ` ${theme.bad(printable(preview.problem))}` : ` ${hints}`;
  return [
    ends(` ${theme.accent('curlew')}  ${theme.strong('new run')}`, '', width),
    ...panes.map((line, i) => line + (right[i] ?? '')),
    fit(problem, width),
  ].slice(0, height);
}
