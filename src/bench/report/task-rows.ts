import { deviation, mean } from '../../base/index.ts';
import { envShortName } from '../../runs/index.ts';
import type { Evaluation } from '../results/index.ts';
import type { SuiteEnvironment } from '../suite/index.ts';
import {
  FEWEST_RUNS,
  bootstrapIntervals,
  estimate,
  meanScore,
  median,
  normalisedArea,
  scoreAt,
  stepsToThreshold,
  type Curve,
} from '../statistics/index.ts';
import type { LoadedRun } from './load.ts';
import type { MethodCurve, TaskRow } from './types.ts';

/**
 * A run's evaluations up to the end of the budget, in returns. Agents that learn from whole rollouts end a little after
 * it: the first evaluation at or past the end is the last that counts.
 */
export function countedEvaluations({ evaluations }: LoadedRun, budget: number): Evaluation[] {
  const end = evaluations.findIndex(({ envStep }) => envStep >= budget);
  return end < 0 ? evaluations : evaluations.slice(0, end + 1);
}

export function curveOf(run: LoadedRun, budget: number): Curve {
  const counted = countedEvaluations(run, budget);
  return { steps: counted.map(({ envStep }) => envStep), scores: counted.map((one) => one.mean) };
}

/** Return of the policy at the end of the budget: never the best one on the way. */
export function finalScore(run: LoadedRun, budget: number): number {
  return curveOf(run, budget).scores.at(-1) ?? NaN;
}

export const taskLabel = (env: string) => envShortName(env);

function isNumber(value: number | null): value is number {
  return value !== null;
}

export interface RowOptions {
  budget: number;
  at: readonly number[];
  /** Normalised. */
  threshold: number;
  replicates: number;
}

/** What the runs of one method on one task say. */
export function taskRow(
  environment: SuiteEnvironment,
  runs: readonly LoadedRun[],
  options: RowOptions,
): TaskRow {
  const { budget, at, threshold, replicates } = options;
  const { random, reference } = environment.score;
  const curves = runs.map((run) => curveOf(run, budget));
  const scores = runs.map((run) => finalScore(run, budget));
  const wanted = random + threshold * (reference - random);
  const reached = curves.map((curve) => stepsToThreshold(curve, wanted)).filter(isNumber);
  return {
    env: environment.id,
    method: runs[0].method,
    runs: runs.length,
    actionRepeat: runs[0].actionRepeat,
    agentSteps: Math.max(...curves.map((curve) => curve.steps.at(-1) ?? 0)) / runs[0].actionRepeat,
    envSteps: Math.max(...curves.map((curve) => curve.steps.at(-1) ?? 0)),
    final: estimate([[scores]], ([x]) => meanScore(x), { replicates }),
    deviation: deviation(scores),
    scores: runs.map((run, i) => ({ seed: run.seed, score: scores[i] })),
    at: at.map((step) => {
      const there = curves.map((curve) => scoreAt(curve, step)).filter(isNumber);
      return { step, mean: there.length === runs.length ? mean(there) : null };
    }),
    threshold: {
      score: wanted,
      reached: reached.length,
      steps: reached.length > 0 ? median(reached) : null,
    },
    area: mean(curves.map(normalisedArea)),
    minutes: mean(runs.map((run) => run.wallSeconds / 60)),
  };
}

/** Mean return over environment steps, with intervals where there are runs enough. */
export function taskCurve(runs: readonly LoadedRun[], budget: number, replicates: number): MethodCurve {
  const curves = runs.map((run) => curveOf(run, budget));
  const steps = [...new Set(curves.flatMap((curve) => [...curve.steps]))].sort((a, b) => a - b);
  const columns = steps
    .map((step) => ({ step, scores: curves.map((curve) => scoreAt(curve, step)).filter(isNumber) }))
    // Only where every run was: a mean over other runs at each step would jump.
    .filter(({ scores }) => scores.length === runs.length);
  const intervals = columns.map(({ scores }) =>
    scores.length < FEWEST_RUNS
      ? [null, null]
      : bootstrapIntervals([[scores]], ([x]) => [meanScore(x)], { replicates })[0],
  );
  return {
    method: runs[0].method,
    steps: columns.map(({ step }) => step),
    values: columns.map(({ scores }) => mean(scores)),
    low: intervals.map(([low]) => low),
    high: intervals.map(([, high]) => high),
    runs: runs.length,
  };
}
