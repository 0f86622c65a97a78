import { basename, join, resolve } from 'node:path';
import type { Experiment } from './experiment.ts';
import { experimentOf } from './folder.ts';
import { LineReader } from './line-reader.ts';
import { readLive, type LiveView } from './live.ts';
import { decodeMetricLine, type MetricLine } from './metrics.ts';
import { addToTable, type MetricTable } from './series.ts';
import { readStatus, type RunStatus } from './status.ts';

/** What changed since the last `poll`. */
export interface Followed {
  lines: MetricLine[];
  /** The run was resumed from an earlier step: the lines start at the beginning again. */
  restarted: boolean;
  /** One poll takes a few megabytes at most; more is there already. */
  behind: boolean;
}

export interface FollowOptions {
  /** Points kept of each metric. */
  maxPoints?: number;
  /** Of so many lines of training one is taken, where a chart needs no more; all others are. */
  trainEvery?: number;
}

/** As lines of training begin (see `encodeMetricLine`). */
const TRAIN = '{"kind":"train"';

/** Follows a run that trains, in this process, another one or long ago. */
export class RunFollower {
  readonly folder: string;
  readonly name: string;
  readonly experiment: Experiment;
  /** Metrics by name, thinned to the limit: what charts draw. */
  readonly metrics: MetricTable = new Map();
  readonly #reader: LineReader;
  readonly #limit: number;
  readonly #trainEvery: number;
  #train = 0;

  constructor(folder: string, { maxPoints = 2000, trainEvery = 1 }: FollowOptions = {}) {
    this.folder = folder;
    this.name = basename(resolve(folder));
    this.experiment = experimentOf(folder);
    this.#reader = new LineReader(join(folder, 'metrics.jsonl'));
    this.#limit = maxPoints;
    this.#trainEvery = trainEvery;
  }

  /** Takes the lines written since the last call and adds them to `metrics`. */
  poll(): Followed {
    const { lines: texts, restarted, behind } = this.#reader.read();
    if (restarted) this.metrics.clear();
    const lines = texts.flatMap((text) => (this.#skips(text) ? [] : (decodeMetricLine(text) ?? [])));
    for (const line of lines) addToTable(this.metrics, line, this.#limit);
    return { lines, restarted, behind };
  }

  /** Whether a line of training is one of those to be left out. */
  #skips(text: string): boolean {
    if (this.#trainEvery <= 1 || !text.startsWith(TRAIN)) return false;
    return this.#train++ % this.#trainEvery !== 0;
  }

  /** The status as of now, with staleness resolved. */
  status(): RunStatus {
    return readStatus(this.folder);
  }

  /** The newest observation; undefined when there is none yet. */
  live(): LiveView | undefined {
    return readLive(this.folder);
  }
}

/** Starts to follow a run. @throws InputError in one line when the folder is no run. */
export function followRun(folder: string, options: FollowOptions = {}): RunFollower {
  return new RunFollower(folder, options);
}
