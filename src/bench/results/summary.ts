import { join } from 'node:path';
import { RunError, type Json } from '../../base/index.ts';
import {
  experimentHash,
  metricLines,
  readSystem,
  experimentOf,
  readStatus,
  type Experiment,
} from '../../runs/index.ts';
import type { Cell } from '../suite/index.ts';

export interface Evaluation {
  agentStep: number;
  envStep: number;
  wallSeconds: number;
  /** Return over the episodes, with deterministic actions of the policy as it was then. */
  mean: number;
  std: number;
  episodes: number;
}

/** A finished run in a few kilobytes: all that tables and figures need. */
export interface RunResult {
  version: 1;
  suite: string;
  /** Id of the method within the suite. */
  method: string;
  env: string;
  seed: number;
  /** See `Cell.settings`. */
  settings: string;
  /** Hash of the whole experiment, with every option that the program filled in. */
  hash: string;
  agentSteps: number;
  envSteps: number;
  actionRepeat: number;
  /** Seconds of running, over all resumptions. */
  wallSeconds: number;
  evaluations: Evaluation[];
  versions: {
    curlew: string;
    node: string;
    platform: string;
    cpu: string;
    commit: string | null;
    dirty: boolean | null;
    engine: Json;
  };
  command: string;
  startedAt: string;
  experiment: Experiment;
}

/** Name of a run's summary: as that of its folder, but told by the suite's own names. */
export function summaryName({ method, env, seed }: Pick<RunResult, 'method' | 'env' | 'seed'>): string {
  const safe = (text: string) => text.replace(/[^A-Za-z0-9.]+/g, '-').toLowerCase();
  return `${safe(method)}-${safe(env)}-s${seed}.json`;
}

function evaluationsOf(folder: string): { evaluations: Evaluation[]; wallSeconds: number } {
  const evaluations: Evaluation[] = [];
  let wallSeconds = 0;
  for (const line of metricLines(folder)) {
    wallSeconds = Math.max(wallSeconds, line.wallSeconds);
    if (line.kind !== 'evaluation' || !('return.mean' in line.values)) continue;
    const { agentStep, envStep, values } = line;
    const { 'return.mean': mean, 'return.std': std, 'return.episodes': episodes } = values;
    evaluations.push({ agentStep, envStep, wallSeconds: line.wallSeconds, mean, std, episodes });
  }
  return { evaluations, wallSeconds };
}

/** What a run folder is within a suite. */
export type Place = Pick<Cell, 'settings' | 'seed'> & { suite: string; method: string };

/**
 * Summarises a finished run.
 * @throws RunError where it has no evaluation at its last step
 */
export function resultOf(folder: string, { suite, method, settings, seed }: Place): RunResult {
  const experiment = experimentOf(folder);
  const { evaluations, wallSeconds } = evaluationsOf(folder);
  const { agentStep: agentSteps } = readStatus(folder);
  if (evaluations.at(-1)?.agentStep !== agentSteps)
    throw new RunError(`${folder} has no evaluation of its last step in ${join(folder, 'metrics.jsonl')}.`);
  const system = readSystem(folder);
  const { actionRepeat } = experiment.env;
  return {
    version: 1,
    suite,
    method,
    env: experiment.env.id,
    seed,
    settings,
    hash: experimentHash(experiment),
    agentSteps,
    envSteps: agentSteps * actionRepeat,
    actionRepeat,
    wallSeconds,
    evaluations,
    versions: {
      curlew: system?.curlew ?? '',
      node: system?.node ?? '',
      platform: system?.platform ?? '',
      cpu: system ? `${system.cpu.model}, ${system.cpu.cores} cores` : '',
      commit: system?.git?.commit ?? null,
      dirty: system?.git?.dirty ?? null,
      engine: system?.engine ?? null,
    },
    command: system?.command ?? '',
    startedAt: system?.startedAt ?? '',
    experiment,
  };
}
