import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import { findRuns } from './folder.ts';
import { decodeMetricLine, type MetricLine } from './metrics.ts';
import { readStatus, type RunStatus } from './status.ts';

/** One run in a list. */
export interface RunSummary {
  folder: string;
  name: string;
  /** The folder above, which bears the experiment's name. */
  experiment: string;
  status: RunStatus;
  /** Of the newest metric line. */
  wallSeconds: number;
  /** Mean return of the newest evaluation, and the agent step it was made at. */
  evaluation?: { return: number; agentStep: number };
}

/** Bytes read from the end of the metrics, more and more until an evaluation is met. */
const TAILS = [16 * 1024, 256 * 1024, 4 * 2 ** 20];
/** As the lines of evaluations begin (see `encodeMetricLine`). */
const EVALUATION = '{"kind":"evaluation"';

/** What the end of a run's metrics tells; lines are looked for as bytes, and few of them parsed. */
class Tail {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #lineAt(from: number): MetricLine | undefined {
    const end = this.#bytes.indexOf(0x0a, from);
    return decodeMetricLine(this.#bytes.toString('utf8', from, end < 0 ? this.#bytes.length : end));
  }

  /** The newest whole line. */
  get last(): MetricLine | undefined {
    // A line that is still being written is passed over.
    for (let end = this.#bytes.lastIndexOf(0x0a); end > 0;) {
      const start = this.#bytes.lastIndexOf(0x0a, end - 1) + 1;
      const line = this.#lineAt(start);
      if (line) return line;
      end = start - 1;
    }
    return undefined;
  }

  /** The newest evaluation with a return. */
  get evaluation(): MetricLine | undefined {
    for (let at = this.#bytes.length; at > 0;) {
      at = this.#bytes.lastIndexOf(EVALUATION, at - 1);
      if (at < 0) return undefined;
      const line = this.#lineAt(at);
      if (line && 'return.mean' in line.values) return line;
    }
    return undefined;
  }
}

/** The end of a run's metrics, from as far back as it takes to meet an evaluation. */
function tailOf(folder: string): Tail {
  let tail = new Tail(Buffer.alloc(0));
  try {
    const handle = openSync(join(folder, 'metrics.jsonl'), 'r');
    try {
      const { size } = fstatSync(handle);
      for (const most of TAILS) {
        const bytes = Buffer.alloc(Math.min(size, most));
        const got = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
        tail = new Tail(bytes.subarray(0, got));
        if (tail.evaluation || bytes.length === size) break;
      }
    } finally {
      closeSync(handle);
    }
  } catch {
    // Nothing has been written yet.
  }
  return tail;
}

/** A run's summary, from its status and the end of its metrics alone. */
export function summariseRun(folder: string): RunSummary {
  const path = resolve(folder);
  const tail = tailOf(folder);
  const { evaluation } = tail;
  return {
    folder,
    name: basename(path),
    experiment: basename(join(path, '..')),
    status: readStatus(folder),
    wallSeconds: tail.last?.wallSeconds ?? 0,
    evaluation: evaluation && { return: evaluation.values['return.mean'], agentStep: evaluation.agentStep },
  };
}

/** When a file was changed and how long it is; empty where there is none. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : '';
}

/** Summaries that are made again only for runs whose files have changed: for lists that are looked at for long. */
export class SummaryCache {
  readonly #known = new Map<string, { stamp: string; summary: RunSummary }>();

  /** A run's summary. One that runs is always made anew: its heart may have stopped meanwhile. */
  get(folder: string): RunSummary {
    const stamp = `${stampOf(join(folder, 'status.json'))} ${stampOf(join(folder, 'metrics.jsonl'))}`;
    const known = this.#known.get(folder);
    if (known?.stamp === stamp && known.summary.status.state !== 'running') return known.summary;
    const summary = summariseRun(folder);
    this.#known.set(folder, { stamp, summary });
    return summary;
  }

  /** Forgets the runs that are not among these. */
  keep(folders: ReadonlySet<string>): void {
    for (const folder of this.#known.keys()) if (!folders.has(folder)) this.#known.delete(folder);
  }
}

/**
 * The runs in a folder and up to three levels below it, newest start first; a run's own folder lists that run.
 * @param cache of earlier calls, where the same folder is listed again and again
 * @throws InputError when the folder does not exist.
 */
export function listRuns(folder: string, cache?: SummaryCache): RunSummary[] {
  if (!existsSync(folder))
    throw new InputError(`Cannot list the runs in ${folder}: the folder does not exist.`);
  const folders = findRuns(folder);
  cache?.keep(new Set(folders));
  const summaries = folders.map((run) => (cache ? cache.get(run) : summariseRun(run)));
  const key = ({ status, name }: RunSummary) => [status.startedAt, name] as const;
  return summaries.sort((a, b) =>
    key(a)[0] === key(b)[0] ? (a.name < b.name ? -1 : 1) : key(a)[0] < key(b)[0] ? 1 : -1,
  );
}
