import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../base/index.ts';
import { isRun, listRuns, readStatus } from '../../runs/index.ts';
import { readResult, resultFiles, resultOf, type RunResult } from '../results/index.ts';
import { Ledger } from '../runner/index.ts';
import { cellKey, readSuite, seedsOf, suiteSchema, type Suite } from '../suite/index.ts';

/** A finished run, and its folder where it is on this machine. */
export interface LoadedRun extends RunResult {
  folder: string | null;
}

/** A run that the suite asks for and that is not finished. */
export interface MissingRun {
  method: string;
  env: string;
  seed: number;
  state: 'waiting' | 'running' | 'interrupted' | 'failed';
  reason: string | null;
  agentStep: number;
}

export interface Loaded {
  suite: Suite;
  runs: LoadedRun[];
  missing: MissingRun[];
}

interface Identity {
  key: string;
  method: string;
  env: string;
  seed: number;
}

function identities(suite: Suite): Identity[] {
  return seedsOf(suite).flatMap((seed) =>
    suite.environments.flatMap((env) =>
      suite.methods.map((method) => ({
        key: cellKey(method.id, env.id, seed),
        method: method.id,
        env: env.id,
        seed,
      })),
    ),
  );
}

/** Runs of a suite's folder that are finished, and where the others stand. */
function fromFolder(
  suite: Suite,
  folder: string,
): { runs: Map<string, LoadedRun>; open: Map<string, MissingRun> } {
  const ledger = new Ledger(folder);
  const runs = new Map<string, LoadedRun>();
  const open = new Map<string, MissingRun>();
  for (const { key, method, env, seed } of identities(suite)) {
    const entry = ledger.get(key);
    const path = entry && join(folder, entry.folder);
    if (!path || !isRun(path)) continue;
    const { state, agentStep, reason } = readStatus(path);
    if (state === 'finished') {
      const { settings } = entry;
      runs.set(key, { ...resultOf(path, { suite: suite.name, method, seed, settings }), folder: path });
    } else {
      const why = entry.failures.at(-1) ?? reason ?? null;
      open.set(key, { method, env, seed, state, reason: why, agentStep });
    }
  }
  return { runs, open };
}

function summariesIn(folder: string): LoadedRun[] {
  return resultFiles(folder).map((path) => ({ ...readResult(path), folder: null }));
}

/** A suite made up for runs that were started one by one: a method is a name of runs with one configuration. */
function loadLoose(folder: string): Loaded {
  const finished = listRuns(folder).filter(({ status }) => status.state === 'finished');
  if (finished.length === 0) throw new InputError(`${folder} holds no suite and no finished run.`);
  const runs = finished.map(({ folder: path, status, experiment }): LoadedRun => {
    const place = { suite: experiment, method: status.method, seed: status.seed, settings: '' };
    return { ...resultOf(path, place), folder: path };
  });
  // One method in several configurations: their hashes tell them apart.
  const hashes = new Map<string, Set<string>>();
  for (const { method, env, hash } of runs) {
    const key = `${method}|${env}`;
    hashes.set(key, (hashes.get(key) ?? new Set()).add(hash));
  }
  for (const run of runs) {
    const several = hashes.get(`${run.method}|${run.env}`)!.size > 1;
    if (several) run.method += `-${run.hash}`;
  }
  const methods = [...new Set(runs.map((run) => run.method))].sort();
  const environments = [...new Set(runs.map((run) => run.env))].sort();
  const suite = suiteSchema.parse({
    name: 'runs',
    description: `Finished runs in ${folder}.`,
    budget: Math.max(...runs.map((run) => run.envSteps)),
    seeds: [...new Set(runs.map((run) => run.seed))].sort((a, b) => a - b),
    evaluation: { every: Math.max(1, runs[0].evaluations[1]?.envStep ?? runs[0].envSteps) },
    methods: methods.map((id) => ({ id })),
    environments: environments.map((id) => ({ id })),
  });
  return { suite, runs, missing: [] };
}

/**
 * Reads the runs behind a report.
 * @param folders a suite's folder (`runs/NAME`), a folder of summaries (`results/NAME`), several of one suite, or one
 * folder of runs that belong to no suite; where two hold the same run, the first one counts
 * @throws InputError in one line where there is nothing to report
 */
export function loadRuns(folders: readonly string[]): Loaded {
  const [first] = folders;
  for (const folder of folders)
    if (!existsSync(folder))
      throw new InputError(`There is nothing to report in ${folder}: the folder does not exist.`);
  const withSuite = folders.filter((folder) => existsSync(join(folder, 'suite.yaml')));
  if (withSuite.length === 0) return loadLoose(first);
  const suite = readSuite(join(withSuite[0], 'suite.yaml'));
  const runs = new Map<string, LoadedRun>();
  const open = new Map<string, MissingRun>();
  for (const folder of withSuite) {
    const own = fromFolder(suite, folder);
    for (const run of [...own.runs.values(), ...summariesIn(folder)]) {
      const key = cellKey(run.method, run.env, run.seed);
      if (!runs.has(key)) runs.set(key, run);
    }
    for (const [key, one] of own.open) open.set(key, one);
  }
  const wanted = identities(suite);
  const known = wanted.filter(({ key }) => runs.has(key));
  if (known.length === 0)
    throw new InputError(`No run of the suite ${suite.name} in ${folders.join(', ')} is finished yet.`);
  const missing = wanted
    .filter(({ key }) => !runs.has(key))
    .map(({ key, method, env, seed }): MissingRun => {
      const waiting = { method, env, seed, state: 'waiting' as const, reason: null, agentStep: 0 };
      return open.get(key) ?? waiting;
    });
  // Runs whose method, environment or seed the suite no longer names are left out.
  return { suite, runs: known.map(({ key }) => runs.get(key)!), missing };
}
