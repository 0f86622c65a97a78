import { parquetWriteBuffer } from 'hyparquet-writer';
import { normaliseScore } from '../statistics/index.ts';
import { countedEvaluations } from './task-rows.ts';
import type { Report } from './types.ts';

type Type = 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN';

/** One evaluation of one run; the whole of what a report is computed from. */
export interface EvaluationRow {
  suite: string;
  method: string;
  label: string;
  env: string;
  seed: number;
  hash: string;
  agent_step: number;
  env_step: number;
  wall_seconds: number;
  return_mean: number;
  return_std: number;
  episodes: number;
  /** 0 random, 1 reference. */
  normalised: number;
  /** The run's last evaluation within the budget: its score. */
  final: boolean;
}

const TYPES: Record<keyof EvaluationRow, Type> = {
  suite: 'STRING',
  method: 'STRING',
  label: 'STRING',
  env: 'STRING',
  seed: 'INT32',
  hash: 'STRING',
  agent_step: 'INT32',
  env_step: 'INT32',
  wall_seconds: 'DOUBLE',
  return_mean: 'DOUBLE',
  return_std: 'DOUBLE',
  episodes: 'INT32',
  normalised: 'DOUBLE',
  final: 'BOOLEAN',
};

const COLUMNS = Object.keys(TYPES) as (keyof EvaluationRow)[];

export function evaluationRows(report: Report): EvaluationRow[] {
  return report.runs.flatMap((run) => {
    const range = report.tasks.find(({ env }) => env === run.env)!;
    const last = countedEvaluations(run, report.budget).at(-1);
    return run.evaluations.map((one) => ({
      suite: report.name,
      method: run.method,
      label: report.methods.find(({ id }) => id === run.method)!.label,
      env: run.env,
      seed: run.seed,
      hash: run.hash,
      agent_step: one.agentStep,
      env_step: one.envStep,
      wall_seconds: one.wallSeconds,
      return_mean: one.mean,
      return_std: one.std,
      episodes: one.episodes,
      normalised: normaliseScore(one.mean, range),
      final: one === last,
    }));
  });
}

function csvCell(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line an evaluation, RFC 4180. */
export function csvReport(report: Report): string {
  const lines = evaluationRows(report).map((row) => COLUMNS.map((name) => csvCell(row[name])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

/** The same rows as an Apache Parquet file. */
export function parquetReport(report: Report): Uint8Array {
  const rows = evaluationRows(report);
  const columnData = COLUMNS.map((name) => ({ name, type: TYPES[name], data: rows.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
