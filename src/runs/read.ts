import { basename, join, resolve } from 'node:path';
import type { Experiment } from './experiment.ts';
import { experimentOf } from './folder.ts';
import { LineReader } from './line-reader.ts';
import { decodeMetricLine, type MetricLine } from './metrics.ts';
import { addToTable, type MetricTable } from './series.ts';
import { readStatus, type RunStatus } from './status.ts';
import { readSystem, type SystemInfo } from './system.ts';

/** A run as its folder tells it now. */
export interface RunRecord {
  folder: string;
  name: string;
  experiment: Experiment;
  system?: SystemInfo;
  /** With staleness resolved: a dead run never reads as running. */
  status: RunStatus;
  /** All metrics, complete, by name. */
  metrics: MetricTable;
}

/** All metric lines of a run, one after another, with little memory. */
export function* metricLines(folder: string): Generator<MetricLine> {
  const reader = new LineReader(join(folder, 'metrics.jsonl'));
  for (let behind = true; behind;) {
    const read = reader.read();
    behind = read.behind;
    for (const text of read.lines) {
      const line = decodeMetricLine(text);
      if (line) yield line;
    }
  }
}

/** Reads a whole run. @throws InputError in one line when the folder is no run. */
export function readRun(folder: string): RunRecord {
  const experiment = experimentOf(folder);
  const metrics: MetricTable = new Map();
  for (const line of metricLines(folder)) addToTable(metrics, line);
  const name = basename(resolve(folder));
  return { folder, name, experiment, system: readSystem(folder), status: readStatus(folder), metrics };
}
