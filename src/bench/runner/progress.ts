import { join } from 'node:path';
import { isRun, runName, summariseRun } from '../../runs/index.ts';
import { finishedSummary, type RunResult } from '../results/index.ts';
import type { Cell } from '../suite/index.ts';
import { ATTEMPTS, Ledger } from './ledger.ts';

/** Where one run of a suite stands; what a grid shows. */
export interface CellProgress {
  cell: Cell;
  /** `waiting`: not begun. `interrupted`: begun, goes on when the suite does. `failed`: given up, see `reason`. */
  state: 'waiting' | 'running' | 'finished' | 'failed' | 'interrupted';
  /** Folder of the run; null before it begins, and for one that is finished elsewhere. */
  folder: string | null;
  /** Agent steps; environment steps are these times `cell.environment.actionRepeat`. */
  agentStep: number;
  totalSteps: number;
  /** Mean return of the newest evaluation. */
  score: number | null;
  wallSeconds: number;
  /** Why it failed or was interrupted. */
  reason: string | null;
  /** Times it failed. */
  failures: number;
}

export interface SurveyPlaces {
  /** `<out>/<suite>`: run folders and `bench.json`. */
  folder: string;
  /** Folder of committed summaries; its runs count as finished. */
  results?: string;
}

function fromSummary(cell: Cell, { evaluations, wallSeconds }: RunResult): CellProgress {
  const last = evaluations.at(-1)!;
  const { steps } = cell.experiment;
  const none = { folder: null, reason: null, failures: 0 };
  return {
    cell,
    state: 'finished',
    agentStep: last.agentStep,
    totalSteps: steps,
    score: last.mean,
    wallSeconds,
    ...none,
  };
}

/** Where a run stands by what lies on the disk. */
export function surveyCell(cell: Cell, { folder, results }: SurveyPlaces, ledger: Ledger): CellProgress {
  const summary = results === undefined ? null : finishedSummary(results, cell);
  if (summary) return fromSummary(cell, summary);
  const totalSteps = cell.experiment.steps;
  const entry = ledger.get(cell.key);
  const known = entry?.settings === cell.settings ? entry : undefined;
  // Without an entry (a damaged ledger, a process killed just then) the run is found by its name.
  const own = join(folder, known?.folder ?? runName(cell.experiment));
  const failures = known?.failures.length ?? 0;
  const waiting: CellProgress = {
    cell,
    state: 'waiting',
    folder: null,
    agentStep: 0,
    totalSteps,
    score: null,
    wallSeconds: 0,
    reason: null,
    failures,
  };
  if (!isRun(own)) return waiting;
  const { status, evaluation, wallSeconds } = summariseRun(own);
  const short = status.state === 'finished' && status.agentStep < totalSteps;
  const givenUp = status.state !== 'finished' && status.state !== 'running' && failures >= ATTEMPTS;
  const state = givenUp ? 'failed' : short || status.state === 'failed' ? 'interrupted' : status.state;
  return {
    ...waiting,
    state,
    folder: own,
    agentStep: status.agentStep,
    score: evaluation?.return ?? null,
    wallSeconds,
    reason: givenUp ? (known?.failures.at(-1) ?? null) : (status.reason ?? null),
  };
}

/**
 * Where every run of a suite stands, from the disk alone: works beside a running suite, after it, and elsewhere.
 * @param cells see `cellsOf`
 */
export function surveySuite(cells: readonly Cell[], places: SurveyPlaces): CellProgress[] {
  const ledger = new Ledger(places.folder);
  return cells.map((cell) => surveyCell(cell, places, ledger));
}

/** Wall seconds that one environment step took, by the runs so far that are like `like`; undefined without any. */
function pace(all: readonly CellProgress[], like: (one: CellProgress) => boolean): number | undefined {
  const known = all.filter((one) => one.wallSeconds > 0 && one.agentStep > 0 && like(one));
  const seconds = known.reduce((sum, one) => sum + one.wallSeconds, 0);
  const steps = known.reduce((sum, one) => sum + one.agentStep, 0);
  return known.length === 0 ? undefined : seconds / steps;
}

/** Seconds until all runs are finished at the pace so far; undefined while there is no pace to go by. */
export function secondsLeft(all: readonly CellProgress[], jobs: number): number | undefined {
  const open = all.filter(({ state }) => state !== 'finished' && state !== 'failed');
  let total = 0;
  for (const { cell, totalSteps, agentStep } of open) {
    const seconds =
      pace(all, (one) => one.cell.method === cell.method && one.cell.environment === cell.environment) ??
      pace(all, (one) => one.cell.method === cell.method) ??
      pace(all, () => true);
    if (seconds === undefined) return undefined;
    total += Math.max(0, totalSteps - agentStep) * seconds;
  }
  return total / Math.max(1, Math.min(jobs, open.length));
}
