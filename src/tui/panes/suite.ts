import type { CellProgress } from '../../bench/index.ts';
import { bar } from '../charts/bars.ts';
import type { GridRow, SuiteGrid, SuiteView } from '../model/suite.ts';
import { humanCount, humanDuration, humanNumber, humanPercent } from '../text/format.ts';
import { ends, fit, fitRight, joinFitting, printable, withoutColors, wrap } from '../text/lines.ts';
import type { Style, Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { innerArea, pane } from './pane.ts';

const CELL = 9;
const MEAN = 9;

function stateStyle(state: CellProgress['state'], theme: Theme): Style {
  return {
    finished: theme.good,
    running: theme.accent,
    interrupted: theme.warn,
    failed: theme.bad,
    waiting: theme.faint,
  }[state];
}

/** A run in a few signs: `✓ 812`, `▸ 45%`, `‖ 45%`, `✗`, `·`. */
function sign({ state, score, agentStep, totalSteps }: CellProgress): string {
  const percent = humanPercent(Math.min(1, agentStep / totalSteps));
  if (state === 'finished') return `✓ ${score === null ? '' : humanNumber(score)}`;
  if (state === 'running') return `▸ ${percent}`;
  if (state === 'interrupted') return `‖ ${percent}`;
  return state === 'failed' ? '✗ failed' : '·';
}

interface Columns {
  method: number;
  env: number;
  /** Seeds that fit, from `first` on. */
  first: number;
  shown: number;
}

function columnsOf(grid: SuiteGrid, view: SuiteView, width: number): Columns {
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const method = Math.min(22, Math.max(6, longest(grid.rows.map((row) => row.method)))) + 2;
  const env = Math.min(24, Math.max(11, longest(grid.rows.map((row) => row.env)))) + 2;
  const room = Math.max(1, Math.floor((width - 2 - method - env - MEAN) / CELL));
  const shown = Math.min(grid.seeds.length, room);
  const first = Math.max(0, Math.min(view.column - Math.floor(shown / 2), grid.seeds.length - shown));
  return { method, env, first, shown };
}

function gridRow(row: GridRow, chosen: boolean, view: SuiteView, columns: Columns, theme: Theme): string {
  const { method, env, first, shown } = columns;
  const cells = row.runs.slice(first, first + shown).map((one, i) => {
    const text = fit(one ? sign(one) : '', CELL - 1);
    if (chosen && first + i === view.column) return `${theme.inverse(withoutColors(text))} `;
    return `${one ? stateStyle(one.state, theme)(text) : text} `;
  });
  const name = `${fit(printable(row.method), method)}${fit(printable(row.env), env)}`;
  const score = fitRight(Number.isFinite(row.score) ? humanNumber(row.score) : '–', MEAN);
  return `${chosen ? theme.accent('▸ ') : '  '}${chosen ? theme.strong(name) : name}${cells.join('')}${score}`;
}

function gridPane(grid: SuiteGrid, view: SuiteView, width: number, height: number, theme: Theme): string[] {
  const inside = innerArea({ width, height });
  const columns = columnsOf(grid, view, inside.width);
  const { method, env, first, shown } = columns;
  const seeds = grid.seeds.slice(first, first + shown).map((seed) => fit(`seed ${seed}`, CELL));
  const heading = `  ${fit('Method', method)}${fit('Environment', env)}${seeds.join('')}${fitRight('Mean', MEAN)}`;
  const room = Math.max(1, inside.height - 1);
  const top = Math.max(0, Math.min(view.row - Math.floor(room / 2), grid.rows.length - room));
  const rows = grid.rows
    .slice(top, top + room)
    .map((row, i) => gridRow(row, top + i === view.row, view, columns, theme));
  const note = shown < grid.seeds.length ? theme.muted(`${shown} of ${grid.seeds.length} seeds`) : '';
  return pane({ title: 'Runs', note, width, height, lines: [theme.muted(heading), ...rows], theme });
}

function chosenPane(grid: SuiteGrid, view: SuiteView, width: number, height: number, theme: Theme): string[] {
  const one = grid.rows[view.row]?.runs[view.column];
  const inside = innerArea({ width, height });
  if (!one) return pane({ title: 'Chosen run', width, height, lines: [theme.muted('none')], theme });
  const { cell, state, agentStep, totalSteps, score, wallSeconds, folder, reason, failures } = one;
  const repeat = cell.environment.actionRepeat;
  const steps = `${humanCount(agentStep)} / ${humanCount(totalSteps)} agent steps · ${humanCount(agentStep * repeat)} environment steps`;
  const parts = [
    stateStyle(state, theme)(state),
    steps,
    score === null ? '' : `return ${humanNumber(score)}`,
    wallSeconds > 0 ? humanDuration(wallSeconds) : '',
    failures > 0 ? theme.warn(`failed ${failures}×`) : '',
  ];
  const lines = [
    joinFitting(
      parts.filter((part) => part !== ''),
      '  ',
      inside.width,
    ),
    theme.muted(printable(folder ?? 'no folder yet')),
    ...(reason === null ? [] : wrap(printable(reason), inside.width).map(theme.bad)),
  ];
  const title = `${cell.method.id} on ${cell.environment.id}, seed ${cell.seed}`;
  return pane({ title: printable(title), width, height, lines, theme });
}

export interface SuiteFrame {
  title: string;
  grid: SuiteGrid;
  view: SuiteView;
  /** Processes at a time; undefined where the suite is only watched. */
  jobs?: number;
  /** Shown in place of the keys. */
  notice: string;
}

/** A suite of runs as exactly `height` lines of `width` cells. */
export function suiteFrame(frame: SuiteFrame, width: number, height: number, theme: Theme): string[] {
  const { title, grid, view, jobs, notice } = frame;
  const { counts } = grid;
  const chosen = 6;
  const body = Math.max(5, height - 3 - chosen);
  const states = (['finished', 'running', 'interrupted', 'waiting', 'failed'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => stateStyle(state, theme)(`${counts[state]} ${state}`));
  const over = counts.running + counts.waiting + counts.interrupted === 0;
  const left = over
    ? 'done'
    : grid.secondsLeft === undefined
      ? ''
      : `about ${humanDuration(grid.secondsLeft)} left`;
  const note = theme.muted(joinFitting([left, jobs === undefined ? '' : `${jobs} at a time`], ' · ', 40));
  const percent = ` ${humanPercent(grid.fraction)} `;
  const keys: [string, string][] = [
    ['?', 'help'],
    ['q', jobs === undefined ? 'leave' : 'end'],
    ['↑↓←→', 'choose'],
    ['Enter', 'open'],
    ['c', 'compare'],
  ];
  return [
    ends(
      ` ${theme.accent('curlew')}  ${theme.strong(printable(title))}  ${states.join('  ')}`,
      `${note} `,
      width,
    ),
    fit(
      ` ${bar(grid.fraction, Math.max(4, width - percent.length - 2), theme.accent, theme.faint)}${percent}`,
      width,
    ),
    ...gridPane(grid, view, width, body, theme),
    ...chosenPane(grid, view, width, chosen, theme),
    fit(notice === '' ? ` ${keyHints(keys, width - 2, theme)}` : ` ${theme.warn(printable(notice))}`, width),
  ].slice(0, height);
}
