import { labelOf, seedsOf } from '../suite/index.ts';
import { FEWEST_RUNS } from '../statistics/index.ts';
import { aggregateRows, comparable, efficiency, improvements, profiles, type RunsOf } from './aggregate.ts';
import type { Loaded, LoadedRun } from './load.ts';
import { taskCurve, taskLabel, taskRow } from './task-rows.ts';
import type { Report } from './types.ts';

/** With fewer runs a task an interval is there, but rough. */
const ROUGH_BELOW = 5;

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function notesOf({ suite, runs, missing }: Loaded, report: Omit<Report, 'notes'>): string[] {
  const notes: string[] = [];
  const fewest = Math.min(...report.rows.map((row) => row.runs));
  if (fewest < FEWEST_RUNS)
    notes.push(
      `Too few seeds for an interval in places: ${plural(fewest, 'finished run')} of a method on a task, ${FEWEST_RUNS} are the least. Single runs differ by chance more than methods do.`,
    );
  else if (fewest < ROUGH_BELOW)
    notes.push(`Only ${fewest} seeds in places: intervals are there, but rough.`);
  if (missing.length > 0) {
    const failed = missing.filter(({ state }) => state === 'failed').length;
    const some = failed > 0 ? `, ${failed} of them failed` : '';
    notes.push(
      `${missing.length} of ${runs.length + missing.length} runs are not finished${some}: they are left out everywhere.`,
    );
  }
  const left = suite.environments.filter(({ id }) => !report.compared.tasks.includes(id));
  if (left.length > 0)
    notes.push(
      `Aggregates leave out ${left.map(({ id }) => taskLabel(id)).join(', ')}: not every method has a finished run there.`,
    );
  for (const { label, id } of report.methods) {
    const mixed = suite.environments.filter((env) => {
      const hashes = runs.filter((run) => run.method === id && run.env === env.id).map((run) => run.hash);
      return new Set(hashes).size > 1;
    });
    if (mixed.length > 0)
      notes.push(
        `${label}: runs on ${mixed.map((env) => taskLabel(env.id)).join(', ')} were made with different settings or versions.`,
      );
  }
  return notes;
}

/**
 * Everything that a report tells, from finished runs.
 * @param replicates of the bootstrap behind each interval
 */
export function analyse(loaded: Loaded, { replicates = 2000 } = {}): Report {
  const { suite, runs, missing } = loaded;
  const { budget } = suite;
  const byPlace = new Map<string, LoadedRun[]>();
  for (const run of runs) {
    const key = `${run.method}|${run.env}`;
    byPlace.set(key, [...(byPlace.get(key) ?? []), run]);
  }
  const runsOf: RunsOf = (method, env) => byPlace.get(`${method}|${env}`) ?? [];
  const places = suite.environments.flatMap((env) =>
    suite.methods.map(({ id }) => ({ env, runs: runsOf(id, env.id) })).filter((one) => one.runs.length > 0),
  );
  const { tasks, methods } = comparable(suite, runsOf);
  const compared = { tasks, methods, runsOf, budget, replicates };
  const options = { budget, ...suite.report, replicates };
  const report: Omit<Report, 'notes'> = {
    name: suite.name,
    description: suite.description,
    methods: suite.methods.map((method) => ({ id: method.id, label: labelOf(method) })),
    tasks: suite.environments.map(({ id, actionRepeat, score }) => {
      const repeat = runs.find((run) => run.env === id)?.actionRepeat ?? actionRepeat;
      return { env: id, label: taskLabel(id), actionRepeat: repeat, ...score };
    }),
    seeds: seedsOf(suite),
    budget,
    episodes: suite.evaluation.episodes,
    rows: places.map(({ env, runs: own }) => taskRow(env, own, options)),
    compared: { tasks: tasks.map(({ id }) => id), methods },
    aggregates: aggregateRows(compared),
    improvements: improvements(compared),
    profile: profiles(compared),
    efficiency: methods.length > 0 ? efficiency(compared, suite.evaluation.every) : [],
    curves: suite.environments
      .map(({ id }) => ({
        env: id,
        methods: suite.methods
          .map((method) => runsOf(method.id, id))
          .filter((own) => own.length > 0)
          .map((own) => taskCurve(own, budget, replicates)),
      }))
      .filter((one) => one.methods.length > 0),
    missing,
    runs,
    replicates,
  };
  return { ...report, notes: notesOf(loaded, report) };
}
