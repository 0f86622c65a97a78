import { statSync } from 'node:fs';
import { join } from 'node:path';
import { meanAndInterval } from '../../base/index.ts';
import { followRun, type MetricTable, type RunFollower, type RunSummary } from '../../runs/index.ts';
import type { ChartInterval, ChartPoint } from '../charts/chart.ts';
import { meanCurve, runCurve } from './curves.ts';
import { metricList, type MetricInfo } from './metrics.ts';
import { smooth, type AxisName } from './series.ts';

/** Points kept of each metric of a compared run. */
const MOST_POINTS = 300;
/** Lines of training that a point is the mean of, in long runs; the others are not parsed. */
const LINES_A_POINT = 8;
/** Bytes of a line of training, about. */
const LINE_BYTES = 250;
/** Time that reading may take before the screen gets its turn. */
const SLICE_MS = 40;
const POLL_MS = 1000;
/** While much is read, the screen hears of it so often. */
const TELL_MS = 200;

/** A line of the comparison: one run, or the mean over the runs that differ only by their seed. */
export interface ComparedCurve {
  name: string;
  /** Runs behind it. */
  runs: number;
  points: readonly ChartPoint[];
  /** 95% interval of the mean, where there are several runs. */
  band?: readonly ChartInterval[];
  /** Mean of the runs' newest values, and half the width of its interval (NaN for one run). */
  last: number;
  half: number;
}

interface Compared {
  summary: RunSummary;
  follower: RunFollower;
  /** All that was there has been read. */
  read: boolean;
}

/** The series that stands for a metric: evaluations, or training episodes where a run has none yet. */
const seriesOf = (metrics: MetricTable, id: string) =>
  id === 'return' ? (metrics.get('return.mean') ?? metrics.get('return')) : metrics.get(id);

/** What the runs of a group share: all of their name but the seed. */
function groupOf({ name, status }: RunSummary): string {
  return name.replace(`-s${status.seed}-`, '-');
}

/** Of so many lines of training one is parsed. */
function trainEvery(folder: string): number {
  const size = statSync(join(folder, 'metrics.jsonl'), { throwIfNoEntry: false })?.size ?? 0;
  return Math.max(1, Math.floor(size / (LINE_BYTES * MOST_POINTS * LINES_A_POINT)));
}

/** Metrics of several runs, read piece by piece so that the screen stays alive. */
export class Comparison {
  readonly #runs: Compared[];
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #version = 0;
  #told = 0;
  #untold = false;

  /** @throws InputError in one line when a folder is no run */
  constructor(summaries: readonly RunSummary[]) {
    this.#runs = summaries.map((summary) => ({
      summary,
      follower: followRun(summary.folder, {
        maxPoints: MOST_POINTS,
        trainEvery: trainEvery(summary.folder),
      }),
      read: false,
    }));
  }

  /** Runs, and how many of them have been read to their end. */
  get progress(): { read: number; runs: number } {
    return { read: this.#runs.filter(({ read }) => read).length, runs: this.#runs.length };
  }

  /** Metrics that any of the runs has. */
  get metrics(): MetricInfo[] {
    const trained = this.#runs.flatMap(({ follower }) =>
      [...follower.metrics].filter(([, { kind }]) => kind === 'train').map(([id]) => id),
    );
    return metricList(trained);
  }

  /** The curves of a metric, in the order of the runs, or one for each group of seeds. */
  curves(metric: string, options: { axis: AxisName; smoothing: number; grouped: boolean }): ComparedCurve[] {
    const groups = new Map<string, Compared[]>();
    for (const run of this.#runs) {
      const key = options.grouped ? groupOf(run.summary) : run.summary.folder;
      groups.set(key, [...(groups.get(key) ?? []), run]);
    }
    return [...groups.values()].map((runs) => {
      const { summary } = runs[0];
      const lines = runs.map(({ follower }) => {
        const series = seriesOf(follower.metrics, metric);
        return {
          series,
          points: runCurve(series, options.axis, series && smooth(series.value, options.smoothing)),
        };
      });
      const newest = lines.flatMap(({ series }) =>
        series && Number.isFinite(series.last) ? series.last : [],
      );
      const { mean: last, half } = meanAndInterval(newest);
      const name = options.grouped ? groupOf(summary) : summary.name;
      if (lines.length === 1) return { name, runs: 1, points: lines[0].points, last, half };
      return { name, runs: lines.length, ...meanCurve(lines.map(({ points }) => points)), last, half };
    });
  }

  /** Reads for a moment; whether anything was new. */
  poll(): boolean {
    const until = performance.now() + SLICE_MS;
    let changed = false;
    for (const run of this.#runs) {
      if (run.read && run.summary.status.state !== 'running') continue;
      const { lines, behind } = run.follower.poll();
      changed ||= lines.length > 0 || run.read === behind;
      run.read = !behind;
      if (performance.now() > until) break;
    }
    return changed;
  }

  /** For React's `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  };

  /** Changes whenever there is something new. */
  readonly version = (): number => this.#version;

  #schedule(): void {
    clearTimeout(this.#timer);
    const { read, runs } = this.progress;
    this.#timer = setTimeout(
      () => {
        this.#untold = this.poll() || this.#untold;
        const { read: now, runs: all } = this.progress;
        // Drawing many curves takes longer than reading on.
        if (this.#untold && (now === all || performance.now() - this.#told >= TELL_MS)) {
          this.#untold = false;
          this.#version += 1;
          for (const listener of this.#listeners) listener();
          this.#told = performance.now();
        }
        if (this.#listeners.size > 0) this.#schedule();
      },
      read < runs ? 0 : POLL_MS,
    );
  }
}
