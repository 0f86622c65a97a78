import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
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

/** Bytes read from the end of the metrics: the first is nearly always enough to meet an evaluation. */
const TAILS = [64 * 1024, 2 ** 20];

/** The metric lines in the last `length` bytes of the file. */
function tail(folder: string, length: number): MetricLine[] {
  try {
    const handle = openSync(join(folder, 'metrics.jsonl'), 'r');
    try {
      const { size } = fstatSync(handle);
      const bytes = Buffer.alloc(Math.min(size, length));
      const got = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8', 0, got).split('\n');
      return lines.flatMap((text) => decodeMetricLine(text) ?? []);
    } finally {
      closeSync(handle);
    }
  } catch {
    return [];
  }
}

const isEvaluation = (line: MetricLine) => line.kind === 'evaluation' && 'return.mean' in line.values;

/** A run's summary, from its status and the end of its metrics alone. */
export function summariseRun(folder: string): RunSummary {
  const path = resolve(folder);
  let lines = tail(folder, TAILS[0]);
  if (!lines.some(isEvaluation)) lines = tail(folder, TAILS[1]);
  const evaluation = lines.findLast(isEvaluation);
  return {
    folder,
    name: basename(path),
    experiment: basename(join(path, '..')),
    status: readStatus(folder),
    wallSeconds: lines.at(-1)?.wallSeconds ?? 0,
    evaluation: evaluation && { return: evaluation.values['return.mean'], agentStep: evaluation.agentStep },
  };
}

/**
 * The runs in a folder and up to three levels below it, newest start first; a run's own folder lists that run.
 * @throws InputError when the folder does not exist.
 */
export function listRuns(folder: string): RunSummary[] {
  if (!existsSync(folder))
    throw new InputError(`Cannot list the runs in ${folder}: the folder does not exist.`);
  const summaries = findRuns(folder).map(summariseRun);
  const key = ({ status, name }: RunSummary) => [status.startedAt, name] as const;
  return summaries.sort((a, b) =>
    key(a)[0] === key(b)[0] ? (a.name < b.name ? -1 : 1) : key(a)[0] < key(b)[0] ? 1 : -1,
  );
}
