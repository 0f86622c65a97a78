import {
  AGGREGATES,
  FEWEST_RUNS,
  bootstrapIntervals,
  estimate,
  fewestRuns,
  interquartileMean,
  normaliseScore,
  performanceProfile,
  probabilityOfImprovement,
  scoreAt,
  type AggregateName,
  type Estimate,
  type TaskScores,
} from '../statistics/index.ts';
import type { Suite, SuiteEnvironment } from '../suite/index.ts';
import type { LoadedRun } from './load.ts';
import { curveOf, finalScore } from './task-rows.ts';
import type { AggregateRow, Improvement, MethodCurve } from './types.ts';

/** Runs by method and task. */
export type RunsOf = (method: string, env: string) => readonly LoadedRun[];

/**
 * What can be compared: the methods that have finished runs, on the tasks that each of these has finished runs of. A
 * method with fewer tasks than the others would otherwise be measured on another scale.
 */
export function comparable(suite: Suite, runsOf: RunsOf): { tasks: SuiteEnvironment[]; methods: string[] } {
  const some = (method: string, env: string) => runsOf(method, env).length > 0;
  const methods = suite.methods
    .map(({ id }) => id)
    .filter((id) => suite.environments.some((env) => some(id, env.id)));
  const tasks = suite.environments.filter((env) => methods.every((id) => some(id, env.id)));
  return { tasks, methods: tasks.length === 0 ? [] : methods };
}

export interface Compared {
  tasks: SuiteEnvironment[];
  methods: string[];
  runsOf: RunsOf;
  budget: number;
  replicates: number;
}

/** Normalised final scores of a method. */
function finalScores({ tasks, runsOf, budget }: Compared, method: string): number[][] {
  return tasks.map(({ id, score }) =>
    runsOf(method, id).map((run) => normaliseScore(finalScore(run, budget), score)),
  );
}

export function aggregateRows(compared: Compared): AggregateRow[] {
  const { methods, replicates } = compared;
  return methods.map((method) => {
    const scores = finalScores(compared, method);
    const entries = Object.entries(AGGREGATES).map(([name, { of }]): [string, Estimate] => {
      const statistic = of();
      return [name, estimate([scores], ([x]) => statistic(x), { replicates })];
    });
    const values = Object.fromEntries(entries) as Record<AggregateName, Estimate>;
    return { method, runs: scores.flat().length, fewest: fewestRuns(scores), values };
  });
}

/** Probability of improvement of every method over every other. */
export function improvements(compared: Compared): Improvement[] {
  const { methods, replicates } = compared;
  const scores = new Map(methods.map((method) => [method, finalScores(compared, method)]));
  return methods.flatMap((x) =>
    methods
      .filter((y) => y !== x)
      .map((y) => ({
        x,
        y,
        estimate: estimate([scores.get(x)!, scores.get(y)!], ([a, b]) => probabilityOfImprovement(a, b), {
          replicates,
        }),
      })),
  );
}

const THRESHOLDS = Array.from({ length: 51 }, (_, i) => i / 50);

/** Fraction of runs above each normalised score from 0 to 1. */
export function profiles(compared: Compared): { thresholds: number[]; curves: MethodCurve[] } {
  const { methods, replicates } = compared;
  const curves = methods.map((method) => {
    const scores = finalScores(compared, method);
    const profile = (x: TaskScores) => performanceProfile(x, THRESHOLDS);
    return withIntervals(method, THRESHOLDS, scores, profile, replicates);
  });
  return { thresholds: THRESHOLDS, curves };
}

function withIntervals(
  method: string,
  steps: readonly number[],
  scores: TaskScores,
  statistic: (scores: TaskScores) => number[],
  replicates: number,
): MethodCurve {
  const runs = fewestRuns(scores);
  const few = runs < FEWEST_RUNS;
  const intervals = few ? [] : bootstrapIntervals([scores], ([x]) => statistic(x), { replicates });
  return {
    method,
    steps: [...steps],
    values: statistic(scores),
    low: steps.map((_, i) => intervals[i]?.[0] ?? null),
    high: steps.map((_, i) => intervals[i]?.[1] ?? null),
    runs,
  };
}

/** Sample efficiency: the IQM of normalised scores at each evaluation that all runs share. */
export function efficiency(compared: Compared, every: number): MethodCurve[] {
  const { methods, tasks, runsOf, budget, replicates } = compared;
  const steps = Array.from({ length: Math.floor(budget / every) + 1 }, (_, i) => i * every);
  return methods.map((method) => {
    const columns = steps.map((step) =>
      tasks.map(({ id, score }) =>
        runsOf(method, id)
          .map((run) => scoreAt(curveOf(run, budget), step))
          .flatMap((value) => (value === null ? [] : [normaliseScore(value, score)])),
      ),
    );
    const complete = (scores: number[][]) =>
      scores.every((runs, task) => runs.length === runsOf(method, tasks[task].id).length);
    const kept = steps.map((step, i) => ({ step, scores: columns[i] })).filter((one) => complete(one.scores));
    const points = kept.map(({ step, scores }) =>
      withIntervals(method, [step], scores, (x) => [interquartileMean(x)], replicates),
    );
    return {
      method,
      steps: kept.map(({ step }) => step),
      values: points.map((point) => point.values[0]),
      low: points.map((point) => point.low[0]),
      high: points.map((point) => point.high[0]),
      runs: Math.min(...points.map((point) => point.runs)),
    };
  });
}
