import { bar } from '../charts/bars.ts';
import { centered } from '../charts/chart.ts';
import type { RunSummary } from '../../runs/index.ts';
import { humanCount, humanDuration, humanNumber, humanPercent } from '../text/format.ts';
import { ends, fit, fitRight, printable, withoutColors } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { stateBadge } from './header.ts';
import { innerArea, pane } from './pane.ts';

/** What the list of runs shows. */
export interface ListView {
  /** Place of the chosen run among those that pass the filter. */
  selected: number;
  filter: string;
  /** Keys go into the filter. */
  typing: boolean;
  sort: SortKey;
  /** The other way round. */
  reverse: boolean;
  /** Folders of the runs that were picked for a comparison. */
  marked: ReadonlySet<string>;
}

export type SortKey = 'started' | 'state' | 'run' | 'steps' | 'return' | 'time';

/** What `o` goes through. */
export const SORT_KEYS: readonly SortKey[] = ['started', 'state', 'run', 'steps', 'return', 'time'];

export const INITIAL_LIST: ListView = {
  selected: 0,
  filter: '',
  typing: false,
  sort: 'started',
  reverse: false,
  marked: new Set(),
};

/** Higher values come first, but for texts. */
const ORDERS: Record<SortKey, (a: RunSummary, b: RunSummary) => number> = {
  started: (a, b) =>
    a.status.startedAt < b.status.startedAt ? 1 : a.status.startedAt > b.status.startedAt ? -1 : 0,
  state: (a, b) => (a.status.state < b.status.state ? 1 : a.status.state > b.status.state ? -1 : 0),
  run: (a, b) => `${a.experiment}/${a.name}`.localeCompare(`${b.experiment}/${b.name}`),
  steps: (a, b) => b.status.agentStep - a.status.agentStep,
  return: (a, b) => (b.evaluation?.return ?? -Infinity) - (a.evaluation?.return ?? -Infinity) || 0,
  time: (a, b) => b.wallSeconds - a.wallSeconds,
};

/** The runs that the list shows, in its order. */
export function listedRuns(runs: readonly RunSummary[], view: ListView): RunSummary[] {
  const order = ORDERS[view.sort];
  return filterRuns(runs, view.filter).sort(view.reverse ? (a, b) => order(b, a) : order);
}

/** The runs to compare: those that were marked, or else all that the list shows. */
export function comparedRuns(runs: readonly RunSummary[], view: ListView): RunSummary[] {
  const marked = runs.filter(({ folder }) => view.marked.has(folder));
  return marked.length > 0 ? marked : listedRuns(runs, view);
}

/** The runs whose name, experiment, environment or state holds every word of the filter. */
export function filterRuns(runs: readonly RunSummary[], filter: string): RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter(({ name, experiment, status }) => {
    const text = `${experiment} ${name} ${status.env} ${status.state} ${status.reason ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const STATE = 17;
const PROGRESS = 18;
const RETURN = 9;
const TIME = 9;

function columnsOf(width: number): { name: number; experiment: number; progress: boolean; time: boolean } {
  const progress = width >= 70;
  const time = width >= 84;
  const left = width - 2 - STATE - RETURN - (progress ? PROGRESS : 0) - (time ? TIME : 0);
  const experiment = left >= 44 ? Math.min(24, Math.floor(left * 0.35)) : 0;
  return { name: left - experiment, experiment, progress, time };
}

function heading(view: ListView, width: number, theme: Theme): string {
  const { name, experiment, progress, time } = columnsOf(width);
  const title = (text: string, key: SortKey) =>
    view.sort === key ? `${text} ${view.reverse ? '▴' : '▾'}` : text;
  const cells = [
    fit(`  ${title('State', 'state')}`, STATE + 2),
    experiment > 0 ? fit('Experiment', experiment) : '',
    fit(title('Run', 'run'), name),
    progress ? fit(title('Agent steps', 'steps'), PROGRESS) : '',
    fitRight(title('Return', 'return'), RETURN),
    time ? fitRight(title('Time', 'time'), TIME) : '',
  ];
  return theme.muted(fit(cells.join(''), width));
}

function row(run: RunSummary, chosen: boolean, marked: boolean, width: number, theme: Theme): string {
  const { name, experiment, progress, time } = columnsOf(width);
  const { status } = run;
  const fraction = status.totalSteps > 0 ? status.agentStep / status.totalSteps : 0;
  const steps = `${fitRight(humanCount(status.agentStep), 6)} ${fitRight(humanPercent(Math.min(1, fraction)), 4)}`;
  const cells = [
    fit(stateBadge(status, theme), STATE),
    experiment > 0 ? fit(printable(run.experiment), experiment - 1) + ' ' : '',
    fit(printable(run.name), name - 1) + ' ',
    progress ? fit(`${bar(fraction, 5, theme.accent, theme.faint)} ${steps}`, PROGRESS) : '',
    fitRight(run.evaluation ? humanNumber(run.evaluation.return) : '–', RETURN),
    time ? fitRight(humanDuration(run.wallSeconds), TIME) : '',
  ];
  const text = cells.join('');
  const mark = marked ? theme.warn('●') : ' ';
  return chosen ? theme.accent('▸') + mark + theme.inverse(withoutColors(text)) : ` ${mark}${text}`;
}

/** The list of runs as exactly `height` lines of `width` cells. */
export function runsFrame(
  runs: readonly RunSummary[],
  view: ListView,
  folder: string,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const shown = listedRuns(runs, view);
  const area = { width, height: Math.max(3, height - 2) };
  const inside = innerArea(area);
  const room = Math.max(1, inside.height - 1);
  const first = Math.max(0, Math.min(view.selected - Math.floor(room / 2), shown.length - room));
  const rows = shown
    .slice(first, first + room)
    .map((run, i) => row(run, first + i === view.selected, view.marked.has(run.folder), inside.width, theme));
  const empty = runs.length === 0 ? 'no runs here yet: curlew train starts one' : 'no run matches the filter';
  const lines =
    rows.length > 0
      ? [heading(view, inside.width, theme), ...rows]
      : centered(empty, inside.width, inside.height, theme.muted);
  const running = runs.filter(({ status }) => status.state === 'running').length;
  const marked = view.marked.size > 0 ? `${view.marked.size} marked, ` : '';
  const count = `${marked}${shown.length} of ${runs.length}, ${running} running`;
  const filter = view.typing
    ? ` ${theme.accent('/')}${printable(view.filter)}${theme.accent('▏')} ${theme.muted('Enter keeps, Esc clears')}`
    : ` ${keyHints(
        [
          ['↑↓', 'choose'],
          ['Enter', 'open'],
          ['c', view.marked.size > 0 ? 'compare marked' : 'compare'],
          ['Space', 'mark'],
          ['o', `by ${view.sort}`],
          ['/', view.filter === '' ? 'filter' : `filter: ${printable(view.filter)}`],
          ['?', 'help'],
          ['q', 'leave'],
        ],
        width - 2,
        theme,
      )}`;
  return [
    ends(` ${theme.accent('curlew')}  ${theme.strong(printable(folder))}`, '', width),
    ...pane({ title: 'Runs', note: theme.muted(count), ...area, lines, theme }),
    fit(filter, width),
  ].slice(0, height);
}
