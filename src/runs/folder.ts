import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../base/index.ts';
import { InputError, fileError, makeFolder, readText, writeFileAtomic } from '../base/index.ts';
import type { Experiment } from './experiment.ts';
import { experimentYaml, methodName, runName } from './naming.ts';
import { parseExperiment } from './parse.ts';
import { readStatus, storedStatus, writeStatus, type RunStatus } from './status.ts';
import { readSystem, systemInfo, updateSystem } from './system.ts';

/** What happens when the same experiment was started before; see `createRun`. */
export type CreateMode = 'new' | 'resume' | 'overwrite';

export interface CreateOptions {
  /** The command line, for `system.json`. */
  command: string;
  /** What the engine says of itself, when it is known already. */
  engine?: Json;
  mode?: CreateMode;
}

export interface RunFolder {
  folder: string;
  name: string;
  /** The run was there before (only in mode `resume`); nothing in it was changed. */
  existing: boolean;
  status: RunStatus;
}

const experimentFile = (folder: string) => join(folder, 'experiment.yaml');

/** Whether a folder is a run. */
export function isRun(folder: string): boolean {
  return existsSync(experimentFile(folder));
}

/** The runs in a folder and up to `depth` levels below it; a run itself gives that run alone. */
export function findRuns(folder: string, depth = 3): string[] {
  if (isRun(folder)) return [folder];
  if (depth === 0) return [];
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
    return folders.flatMap((entry) => findRuns(join(folder, entry.name), depth - 1));
  } catch {
    // Not ours to read, or gone meanwhile.
    return [];
  }
}

/** The run's experiment. @throws InputError in one line when the folder is no run. */
export function experimentOf(folder: string): Experiment {
  if (!existsSync(folder)) throw new InputError(`There is no run in ${folder}: the folder does not exist.`);
  if (!isRun(folder)) {
    const [below] = findRuns(folder);
    const hint = below === undefined ? '' : `; name one of the runs below it, such as ${below}`;
    throw new InputError(`${folder} is not a run: it holds no experiment.yaml${hint}.`);
  }
  return parseExperiment(readText(experimentFile(folder), 'experiment file'), experimentFile(folder));
}

function startingStatus(experiment: Experiment): RunStatus {
  const now = new Date().toISOString();
  return {
    version: 1,
    state: 'running',
    phase: 'starting',
    pid: process.pid,
    host: hostname(),
    startedAt: now,
    heartbeatAt: now,
    agentStep: 0,
    totalSteps: experiment.steps,
    method: methodName(experiment),
    env: experiment.env.id,
    seed: experiment.seed,
  };
}

/** Creates a folder that is not there yet; false when it is. Atomic, so that two starts never share one. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileError('create the folder', folder, error);
  }
}

/** The runs called `name`, `name-2`, `name-3`, ... in the order of their numbers. */
function sameName(parent: string, name: string): string[] {
  const number = (entry: string) => (entry === name ? 1 : Number(entry.slice(name.length + 1)));
  return readdirSync(parent)
    .filter(
      (entry) =>
        entry === name || (entry.startsWith(`${name}-`) && /^\d+$/.test(entry.slice(name.length + 1))),
    )
    .filter((entry) => isRun(join(parent, entry)))
    .sort((a, b) => number(a) - number(b));
}

/** @throws InputError when a process is working on this run. */
export function assertNotRunning(folder: string): void {
  const status = readStatus(folder);
  const own = status.host === hostname() && (status.pid === process.pid || status.pid === process.ppid);
  if (status.state === 'running' && !own)
    throw new InputError(
      `${folder} is being trained by process ${status.pid} on ${status.host}; stop that one first.`,
    );
}

/**
 * Makes `<out>/<experiment.name>/<runName>` with `experiment.yaml`, `system.json` and a starting status. When the
 * same experiment was started before, `mode` decides:
 * - `new` (default): the earlier run stays; this one gets the next number, `<runName>-2`.
 * - `resume`: the newest earlier run is returned untouched with `existing: true`; its `status` tells whether it is
 *   finished or can go on (`resumeRun`). Without one, a new run is made. Compare `status.totalSteps`: the name does
 *   not tell how long a run is.
 * - `overwrite`: the earlier run is deleted first; refused while a process works on it.
 *
 * @throws RunError when the folder cannot be written; InputError when it must not be overwritten now.
 */
export function createRun(outFolder: string, experiment: Experiment, options: CreateOptions): RunFolder {
  const { command, engine, mode = 'new' } = options;
  const parent = join(outFolder, experiment.name);
  const base = runName(experiment);
  makeFolder(parent);

  const newest = mode === 'resume' ? sameName(parent, base).at(-1) : undefined;
  if (newest !== undefined) {
    const folder = join(parent, newest);
    return { folder, name: newest, existing: true, status: readStatus(folder) };
  }
  if (mode === 'overwrite' && isRun(join(parent, base))) {
    assertNotRunning(join(parent, base));
    rmSync(join(parent, base), { recursive: true, force: true });
  }

  let name = base;
  for (let number = 2; !claim(join(parent, name)); number++) name = `${base}-${number}`;
  const folder = join(parent, name);
  makeFolder(join(folder, 'checkpoints'));
  makeFolder(join(folder, 'episodes'));
  const status = startingStatus(experiment);
  updateSystem(folder, systemInfo(command, engine));
  writeStatus(folder, status);
  // Last, because this file makes the folder a run.
  writeFileAtomic(experimentFile(folder), experimentYaml(experiment));
  return { folder, name, existing: false, status };
}

/**
 * Takes up an earlier run in this process: notes it in `system.json` and sets the status to starting. `steps` gives
 * the run a new length. The files stay as they are until `RunWriter` cuts them back to the checkpoint.
 * @throws InputError when the folder is no run or another process is working on it.
 */
export function resumeRun(
  folder: string,
  { command, steps }: { command: string; steps?: number },
): Experiment {
  const experiment = experimentOf(folder);
  assertNotRunning(folder);
  if (steps !== undefined && steps !== experiment.steps) {
    experiment.steps = steps;
    writeFileAtomic(experimentFile(folder), experimentYaml(experiment));
  }
  const { agentStep = 0, startedAt } = storedStatus(folder) ?? {};
  const fresh = startingStatus(experiment);
  writeStatus(folder, { ...fresh, agentStep, startedAt: startedAt ?? fresh.startedAt });
  const resumed = [
    ...(readSystem(folder)?.resumed ?? []),
    { at: fresh.startedAt, command, host: hostname() },
  ];
  updateSystem(folder, { resumed });
  return experiment;
}

/**
 * Notes the end of a run whose process could not do so itself (killed, crashed before it opened the run). Does
 * nothing when the run has already told its end.
 */
export function endRun(folder: string, state: 'failed' | 'interrupted', reason: string): void {
  const status = storedStatus(folder);
  if (status?.state === 'running') writeStatus(folder, { ...status, state, reason: reason.split('\n')[0] });
}
