import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, makeFolder, writeFileAtomic } from '../../base/index.ts';
import type { Cell } from '../suite/index.ts';
import { summaryName, type RunResult } from './summary.ts';

/** One number or text a line would be long: evaluations stand in a line each. */
function asText(result: RunResult): string {
  const { evaluations, ...rest } = result;
  const lines = evaluations.map((evaluation) => `  ${JSON.stringify(evaluation)}`);
  const body = JSON.stringify(rest, null, 1).replace(/\n\}$/, '');
  return `${body},\n "evaluations": [\n${lines.join(',\n')}\n ]\n}\n`;
}

/** Writes a run's summary into a folder of results, whole or not at all. @returns its path */
export function writeResult(folder: string, result: RunResult): string {
  makeFolder(folder);
  const path = join(folder, summaryName(result));
  writeFileAtomic(path, asText(result));
  return path;
}

function isResult(value: unknown): value is RunResult {
  const { version, evaluations, method, env } = (value ?? {}) as Partial<RunResult>;
  return version === 1 && Array.isArray(evaluations) && typeof method === 'string' && typeof env === 'string';
}

/** Reads one summary. @throws InputError in one line where it is none */
export function readResult(path: string): RunResult {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new InputError(`${path} cannot be read as the summary of a run (no JSON).`);
  }
  if (!isResult(value))
    throw new InputError(`${path} is no summary of a run, or one of another format than version 1.`);
  return value;
}

/** Names of the summaries in a folder. */
export function resultFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /-s\d+\.json$/.test(name) && !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}

/** The summary of a suite's run, where it is there, was made with the same settings and is long enough. */
export function finishedSummary(folder: string, cell: Cell): RunResult | null {
  const { method, environment, seed, settings, experiment } = cell;
  const path = join(folder, summaryName({ method: method.id, env: environment.id, seed }));
  if (!existsSync(path)) return null;
  const result = readResult(path);
  return result.settings === settings && result.agentSteps >= experiment.steps ? result : null;
}
