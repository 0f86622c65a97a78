import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { makeFolder, messageOf, writeFileAtomic } from '../../base/index.ts';
import { readStatus, summariseRun, type Experiment } from '../../runs/index.ts';
import { resultOf, writeResult } from '../results/index.ts';
import type { Cell, Suite } from '../suite/index.ts';
import { openRun, startAttempt, type Launch, type RunningAttempt } from './attempt.ts';
import { ATTEMPTS, Ledger } from './ledger.ts';
import { lockFolder } from './lock.ts';
import { surveyCell, type CellProgress, type SurveyPlaces } from './progress.ts';

export interface SuiteRunOptions {
  suite: Suite;
  /** The runs to make, such as `cellsOf(suite)` or a part of it. */
  cells: readonly Cell[];
  /** Folder for runs; those of the suite lie in `<out>/<suite.name>`. */
  out: string;
  /** Folder of summaries: runs that have one count as finished, and finished runs get one. */
  results?: string;
  /** Processes at a time. */
  jobs: number;
  /** Threads of each process; the cores divided by the jobs when absent. */
  threads?: number;
  engine?: Experiment['engine']['name'];
  /** The command line, for the record of each run. */
  command: string;
  /** The suite's file as it is, kept beside the runs. */
  text: string;
  /** Forgets the failures of runs that were given up. */
  retryFailed?: boolean;
  launch?: Launch;
  /** Called after every change of a run's state. */
  onChange?(progress: CellProgress): void;
}

/** Threads for each of `jobs` processes, so that all of them together use every core. */
export function threadsFor(jobs: number, cores = availableParallelism()): number {
  return Math.max(1, Math.floor(cores / jobs));
}

/**
 * Runs a suite, `jobs` runs at a time, each in a process of its own. Everything that must outlive this process lies on
 * the disk at once, so that a suite that was interrupted, killed or cut off goes on when it is started again: finished
 * runs are left alone, half-finished ones go on from their checkpoints. A run that fails is tried once more, then given
 * up with its reason.
 */
export class SuiteRunner {
  readonly folder: string;
  readonly jobs: number;
  readonly threads: number;
  readonly #options: SuiteRunOptions;
  readonly #ledger: Ledger;
  readonly #places: SurveyPlaces;
  readonly #active = new Map<string, RunningAttempt>();
  /** Runs that were stopped by somebody else, and how often. */
  readonly #stoppedOutside = new Map<string, number>();
  #progress: Map<string, CellProgress>;
  #stopping = false;

  constructor(options: SuiteRunOptions) {
    this.#options = options;
    this.folder = join(options.out, options.suite.name);
    this.jobs = options.jobs;
    this.threads = options.threads ?? threadsFor(options.jobs);
    makeFolder(this.folder);
    this.#ledger = new Ledger(this.folder);
    this.#places = { folder: this.folder, results: options.results };
    this.#progress = this.#survey();
  }

  /** Where all runs stand now, in the suite's order. */
  progress(): CellProgress[] {
    for (const [key, one] of this.#progress) {
      if (one.state !== 'running' || one.folder === null) continue;
      const { status, evaluation, wallSeconds } = summariseRun(one.folder);
      const score = evaluation?.return ?? one.score;
      this.#progress.set(key, { ...one, agentStep: status.agentStep, score, wallSeconds });
    }
    return this.#options.cells.map((cell) => this.#progress.get(cell.key)!);
  }

  /** Asks all processes to save and stop; a second call ends them at once. */
  stop(): void {
    const again = this.#stopping;
    this.#stopping = true;
    for (const { process } of this.#active.values()) {
      if (again) process.kill();
      else process.stop();
    }
  }

  /**
   * Runs what is not finished yet.
   * @returns where all runs stand at the end
   * @throws InputError while another process runs this suite; RunError where the folder cannot be written
   */
  async run(): Promise<CellProgress[]> {
    const { text, cells, results } = this.#options;
    const unlock = lockFolder(this.folder);
    try {
      writeFileAtomic(join(this.folder, 'suite.yaml'), text);
      if (results !== undefined) {
        makeFolder(results);
        writeFileAtomic(join(results, 'suite.yaml'), text);
      }
      this.#forgetFailures();
      this.#progress = this.#survey();
      for (const one of this.#progress.values()) if (one.state === 'finished') this.#store(one);
      const begun = cells.filter((cell) => ['interrupted', 'running'].includes(this.#stateOf(cell)));
      const waiting = cells.filter((cell) => this.#stateOf(cell) === 'waiting');
      const queue = [...begun, ...waiting];
      const work = async () => {
        for (let cell = queue.shift(); cell && !this.#stopping; cell = queue.shift()) {
          if (await this.#runCell(cell)) queue.push(cell);
        }
      };
      // The first failure to write ends the suite, after the other runs are saved.
      const workers = Array.from({ length: Math.max(1, this.jobs) }, () =>
        work().catch((error: unknown) => {
          this.stop();
          throw error;
        }),
      );
      const ended = await Promise.allSettled(workers);
      const broken = ended.find((one) => one.status === 'rejected');
      if (broken) throw broken.reason;
      return this.progress();
    } finally {
      unlock();
    }
  }

  #stateOf({ key }: Cell): CellProgress['state'] {
    return this.#progress.get(key)!.state;
  }

  #survey(): Map<string, CellProgress> {
    const { cells } = this.#options;
    return new Map(cells.map((cell) => [cell.key, surveyCell(cell, this.#places, this.#ledger)]));
  }

  #forgetFailures(): void {
    if (!this.#options.retryFailed) return;
    for (const { key } of this.#options.cells) {
      const entry = this.#ledger.get(key);
      if (entry && entry.failures.length > 0) this.#ledger.set(key, { ...entry, failures: [] });
    }
  }

  #set(cell: Cell, part: Partial<CellProgress>): void {
    const next = { ...this.#progress.get(cell.key)!, ...part };
    this.#progress.set(cell.key, next);
    this.#options.onChange?.(next);
  }

  #experimentOf({ experiment }: Cell): Experiment {
    const { name } = experiment.engine;
    const engine = { ...experiment.engine, name: this.#options.engine ?? name, threads: this.threads };
    return { ...experiment, engine };
  }

  /** Makes one run, with a second attempt where the first fails. @returns whether it should be queued again */
  async #runCell(cell: Cell): Promise<boolean> {
    const { out, command, launch } = this.#options;
    const known = this.#progress.get(cell.key)!.folder;
    const failures = known === null ? [] : [...(this.#ledger.get(cell.key)?.failures ?? [])];
    while (failures.length < ATTEMPTS && !this.#stopping) {
      const stopped = () => this.#stopping;
      const folder = await openRun(out, this.#progress.get(cell.key)!.folder, this.#experimentOf(cell), {
        command,
        stopped,
      });
      if (folder === null) return false;
      const entry = { folder: basename(folder), settings: cell.settings, failures };
      this.#ledger.set(cell.key, entry);
      const attempt = startAttempt(folder, launch);
      this.#active.set(cell.key, attempt);
      this.#set(cell, { state: 'running', folder, reason: null });
      // Stopped between the check above and the start.
      if (this.#stopping) attempt.process.stop();
      const outcome = await attempt.done;
      this.#active.delete(cell.key);
      if (outcome.kind === 'finished') {
        this.#finish(cell, folder);
        return false;
      }
      if (outcome.kind === 'busy' && !this.#stopping) continue;
      if (outcome.kind !== 'failed' || this.#stopping) return this.#interrupted(cell, folder);
      failures.push(outcome.reason);
      this.#ledger.set(cell.key, { ...entry, failures });
      this.#set(cell, { state: 'interrupted', reason: outcome.reason, failures: failures.length });
    }
    if (failures.length >= ATTEMPTS)
      this.#set(cell, { state: 'failed', reason: failures.at(-1) ?? null, failures: failures.length });
    return false;
  }

  #finish(cell: Cell, folder: string): void {
    const { status, evaluation, wallSeconds } = summariseRun(folder);
    this.#set(cell, {
      state: 'finished',
      agentStep: status.agentStep,
      score: evaluation?.return ?? null,
      wallSeconds,
    });
    this.#store(this.#progress.get(cell.key)!);
  }

  #interrupted(cell: Cell, folder: string): boolean {
    const { agentStep, reason } = readStatus(folder);
    this.#set(cell, { state: 'interrupted', agentStep, reason: reason ?? null });
    if (this.#stopping) return false;
    const times = (this.#stoppedOutside.get(cell.key) ?? 0) + 1;
    this.#stoppedOutside.set(cell.key, times);
    return times < ATTEMPTS;
  }

  /** Writes the summary of a finished run of this machine. */
  #store({ cell, folder }: CellProgress): void {
    const { results, suite } = this.#options;
    if (results === undefined || folder === null) return;
    const { settings, seed, method } = cell;
    try {
      writeResult(results, resultOf(folder, { suite: suite.name, method: method.id, settings, seed }));
    } catch (error) {
      this.#set(cell, { reason: `its summary could not be written: ${messageOf(error)}` });
    }
  }
}
