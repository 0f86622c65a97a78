import { mean } from '../../base/index.ts';
import { labelOf, secondsLeft, type CellProgress } from '../../bench/index.ts';
import { envShortName } from '../../runs/index.ts';
import type { KeyName } from './keys.ts';

/** A line of the grid: a method on an environment, its runs in the order of `seeds`. */
export interface GridRow {
  method: string;
  env: string;
  runs: (CellProgress | undefined)[];
  /** Mean return over the seeds that have one; NaN without any. */
  score: number;
}

export interface SuiteGrid {
  seeds: number[];
  rows: GridRow[];
  counts: Record<CellProgress['state'], number>;
  /** Part of all agent steps that is done. */
  fraction: number;
  secondsLeft: number | undefined;
}

/** Arranges the runs of a suite. */
export function suiteGrid(all: readonly CellProgress[], jobs: number): SuiteGrid {
  const seeds = [...new Set(all.map(({ cell }) => cell.seed))];
  const rows = new Map<string, GridRow>();
  const counts = { waiting: 0, running: 0, finished: 0, failed: 0, interrupted: 0 };
  let [done, total] = [0, 0];
  for (const one of all) {
    const { method, environment, seed } = one.cell;
    const key = `${method.id}|${environment.id}`;
    const row = rows.get(key) ?? {
      method: labelOf(method),
      env: envShortName(environment.id),
      runs: seeds.map(() => undefined),
      score: NaN,
    };
    row.runs[seeds.indexOf(seed)] = one;
    rows.set(key, row);
    counts[one.state] += 1;
    done += Math.min(one.agentStep, one.totalSteps);
    total += one.totalSteps;
  }
  for (const row of rows.values()) {
    const scores = row.runs.flatMap((one) => (one?.score == null ? [] : one.score));
    row.score = scores.length > 0 ? mean(scores) : NaN;
  }
  const fraction = total > 0 ? done / total : 0;
  return { seeds, rows: [...rows.values()], counts, fraction, secondsLeft: secondsLeft(all, jobs) };
}

/** What the user chose on the grid. */
export interface SuiteView {
  row: number;
  /** Place of the seed. */
  column: number;
  overlay: 'none' | 'help' | 'quit';
}

export const INITIAL_SUITE: SuiteView = { row: 0, column: 0, overlay: 'none' };

export type SuiteEffect =
  | { view: SuiteView }
  /** The chosen run's own screen. */
  | { open: true }
  /** All runs that have begun, in one chart. */
  | { compare: true }
  | { leave: true };

/**
 * The effect of a key on the grid.
 * @param runs the suite runs in this process: leaving ends it, after a question
 */
export function pressSuiteKey(
  view: SuiteView,
  key: KeyName | string,
  grid: SuiteGrid,
  runs: boolean,
): SuiteEffect {
  if (view.overlay === 'quit') {
    return key === 'y' || key === 'enter' ? { leave: true } : { view: { ...view, overlay: 'none' } };
  }
  if (view.overlay === 'help') return { view: { ...view, overlay: 'none' } };
  const to = (row: number, column: number) => ({
    view: {
      ...view,
      row: Math.max(0, Math.min(grid.rows.length - 1, row)),
      column: Math.max(0, Math.min(grid.seeds.length - 1, column)),
    },
  });
  switch (key) {
    case 'up':
    case 'k':
      return to(view.row - 1, view.column);
    case 'down':
    case 'j':
      return to(view.row + 1, view.column);
    case 'left':
    case 'h':
    case 'shift-tab':
      return to(view.row, view.column - 1);
    case 'right':
    case 'l':
    case 'tab':
      return to(view.row, view.column + 1);
    case 'page-up':
      return to(view.row - 10, view.column);
    case 'page-down':
      return to(view.row + 10, view.column);
    case 'enter':
      return { open: true };
    case 'c':
      return { compare: true };
    case '?':
      return { view: { ...view, overlay: 'help' } };
    case 'q':
      return runs ? { view: { ...view, overlay: 'quit' } } : { leave: true };
    default:
      return { view };
  }
}
