import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileError, messageOf, writeFileAtomic } from '../base/index.ts';
import { assertNotRunning, experimentOf } from './folder.ts';
import { writeLive, type LiveView } from './live.ts';
import { decodeMetricLine, type MetricLine } from './metrics.ts';
import { methodName } from './naming.ts';
import { CsvSink, JsonlSink, TensorBoardSink, type MetricSink } from './sinks/index.ts';
import { storedStatus, writeStatus, type RunPhase, type RunState, type RunStatus } from './status.ts';

export interface RunWriterOptions {
  /** Agent step of the checkpoint that the run goes on from: later metric lines are cut away. */
  resumeFrom?: number;
  /** Longest time between two renewals of `status.json`. */
  heartbeatSeconds?: number;
  /** Shortest time between two live views. */
  liveSeconds?: number;
}

/** What a running loop may change in the status. */
export interface StatusPatch {
  phase?: RunPhase;
  agentStep?: number;
  totalSteps?: number;
}

/** Steps alone are worth a write of the status this often. */
const STEP_MS = 1000;

/**
 * The only writer of a run's folder while it trains: metrics, status with heartbeat, live view. All calls are
 * synchronous; what `log` returned from survives the death of the process, what `flush` returned from survives
 * a power cut. Failures (full disk) are RunErrors of one line.
 *
 * @example
 * const writer = new RunWriter(folder, { resumeFrom: checkpoint?.agentStep });
 * writer.status({ phase: 'learning' });
 * writer.log({ kind: 'train', agentStep, envStep, wallSeconds, values: { 'loss.critic': 0.3 } });
 * writer.close('finished');
 */
export class RunWriter {
  readonly folder: string;
  #sinks: MetricSink[] = [];
  #status: RunStatus;
  #statusTime = 0;
  #liveTime = -Infinity;
  #failure: unknown;
  #closed = false;
  readonly #heartbeatMs: number;
  readonly #liveMs: number;
  readonly #timer: NodeJS.Timeout;

  /**
   * Opens a run that `createRun` made or `resumeRun` took up. A line left half-written by a killed process is
   * dropped.
   * @throws InputError when the folder is no run, or another process than this or its parent is working on it.
   */
  constructor(
    folder: string,
    { resumeFrom, heartbeatSeconds = 5, liveSeconds = 0.1 }: RunWriterOptions = {},
  ) {
    this.folder = folder;
    this.#heartbeatMs = heartbeatSeconds * 1000;
    this.#liveMs = liveSeconds * 1000;
    const experiment = experimentOf(folder);
    assertNotRunning(folder);
    removeLeftovers(folder);
    const now = new Date().toISOString();
    const stored = storedStatus(folder);
    this.#status = {
      version: 1,
      state: 'running',
      phase: 'starting',
      pid: process.pid,
      host: hostname(),
      startedAt: stored?.startedAt ?? now,
      heartbeatAt: now,
      agentStep: stored?.agentStep ?? 0,
      totalSteps: experiment.steps,
      method: methodName(experiment),
      env: experiment.env.id,
      seed: experiment.seed,
    };
    this.truncateAfter(resumeFrom ?? Infinity);
    this.#writeStatus(true);
    this.#timer = setInterval(() => this.#beat(), this.#heartbeatMs).unref();
  }

  /**
   * Cuts the metric files back to the lines of agent steps up to `agentStep`, as if the run had just got there;
   * -1 empties them. The loop logs everything of a step before it saves the checkpoint of that step.
   */
  truncateAfter(agentStep: number): void {
    for (const sink of this.#sinks) sink.close();
    const path = join(this.folder, 'metrics.jsonl');
    const text = textOf(path);
    const kept = keptLines(text, agentStep);
    const cut = kept.map((line) => `${line.text}\n`).join('');
    // A new file only when something goes: readers that follow it then start over.
    if (cut !== text) writeFileAtomic(path, cut);
    const lines = kept.map((line) => line.line);
    this.#sinks = [
      new JsonlSink(path),
      new CsvSink(join(this.folder, 'progress.csv'), lines),
      new TensorBoardSink(this.folder, Date.parse(this.#status.startedAt), agentStep),
    ];
    this.#status.agentStep = Math.max(0, Math.min(this.#status.agentStep, agentStep));
  }

  /** Appends a line to all metric files. */
  log(line: MetricLine): void {
    this.#check();
    try {
      for (const sink of this.#sinks) sink.write(line);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.status({ agentStep: line.agentStep });
  }

  /** Notes where the loop is. Cheap: call it at every step; a long synchronous stretch calls it to stay alive. */
  status(patch: StatusPatch = {}): void {
    this.#check();
    const { phase, totalSteps, agentStep } = this.#status;
    Object.assign(this.#status, patch);
    const urgent = this.#status.phase !== phase || this.#status.totalSteps !== totalSteps;
    const moved = this.#status.agentStep !== agentStep;
    const age = Date.now() - this.#statusTime;
    if (urgent || age >= this.#heartbeatMs || (moved && age >= STEP_MS)) this.#writeStatus(false);
  }

  /** Shows an observation. Given as a function, it is only built when the last one is old enough. */
  live(view: LiveView | (() => LiveView)): void {
    this.#check();
    const now = performance.now();
    if (now - this.#liveTime < this.#liveMs) return;
    this.#liveTime = now;
    writeLive(this.folder, typeof view === 'function' ? view() : view);
  }

  /** Waits until all metrics are on the disk; call it before a checkpoint is saved. */
  flush(): void {
    this.#check();
    for (const sink of this.#sinks) sink.flush();
    this.#writeStatus(true);
  }

  /**
   * Ends the writing with a last status. Of a run that did not finish, problems with the disk are not thrown:
   * the reason that it ended for matters more. A second call does nothing.
   */
  close(state: Exclude<RunState, 'running'>, reason?: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    const problems: unknown[] = this.#failure === undefined ? [] : [this.#failure];
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        problems.push(error);
      }
    };
    for (const sink of this.#sinks) {
      attempt(() => sink.flush());
      attempt(() => sink.close());
    }
    const lost = state === 'finished' && problems.length > 0;
    this.#status.state = lost ? 'failed' : state;
    this.#status.reason = lost ? messageOf(problems[0]) : reason?.split('\n')[0];
    attempt(() => this.#writeStatus(true));
    if (state === 'finished' && problems.length > 0) throw problems[0];
  }

  #writeStatus(durable: boolean): void {
    this.#statusTime = Date.now();
    this.#status.heartbeatAt = new Date(this.#statusTime).toISOString();
    writeStatus(this.folder, this.#status, { durable });
  }

  /** The timer's renewal. Its failures are left to the next `log`: a timer has nobody to throw to. */
  #beat(): void {
    try {
      if (Date.now() - this.#statusTime >= this.#heartbeatMs / 2) this.#writeStatus(false);
    } catch {
      // A full disk shows at the next metric line.
    }
  }

  /** After a failed write the files may end in half a line: nothing more goes behind it. */
  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** Removes the temporary files of a process that was killed while it replaced a file. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^\..+\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
}

/** The file's text, empty when there is no file yet. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fileError('read', path, error);
  }
}

/** The whole, readable lines of agent steps up to `agentStep`. */
function keptLines(text: string, agentStep: number): { text: string; line: MetricLine }[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((entry) => {
    const line = decodeMetricLine(entry);
    return line && line.agentStep <= agentStep ? [{ text: entry, line }] : [];
  });
}
