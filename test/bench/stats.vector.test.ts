import { expect, test } from 'vitest';
import {
  area,
  bootstrapIntervals,
  firstStepAt,
  interquartileMean,
  mannWhitney,
  meanScore,
  medianScore,
  normaliseScore,
  normalisedArea,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
  stepsToThreshold,
  tasksOfRows,
  welch,
  type TaskScores,
} from '../../src/bench/index.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

const list = (value: unknown) => (value as VectorTensor).data as number[];

function rows(value: unknown): number[][] {
  const { shape, data } = value as VectorTensor;
  return Array.from({ length: shape[0] }, (_, i) =>
    (data as number[]).slice(i * shape[1], (i + 1) * shape[1]),
  );
}

const tasks = (value: unknown): TaskScores => tasksOfRows(rows(value));

const STATISTICS: Record<string, (samples: readonly TaskScores[]) => number> = {
  iqm: ([x]) => interquartileMean(x),
  mean: ([x]) => meanScore(x),
  median: ([x]) => medianScore(x),
  optimality_gap: ([x]) => optimalityGap()(x),
  probability_of_improvement: ([x, y]) => probabilityOfImprovement(x, y),
};

type Got = Record<string, number | null | number[]>;

const COMPUTE: Record<string, (one: VectorCase) => Got> = {
  aggregate: ({ params, inputs }) => {
    const scores = tasks(inputs.scores);
    return {
      mean: meanScore(scores),
      median: medianScore(scores),
      iqm: interquartileMean(scores),
      optimality_gap: optimalityGap(params.gamma as number)(scores),
    };
  },
  probability_of_improvement: ({ inputs }) => ({
    probability: probabilityOfImprovement(tasks(inputs.x), tasks(inputs.y)),
  }),
  performance_profile: ({ inputs }) => ({
    profile: performanceProfile(tasks(inputs.scores), list(inputs.tau)),
  }),
  bootstrap: ({ params, inputs }) => {
    const samples = [inputs.scores, inputs.scores_y].filter((scores) => scores !== undefined).map(tasks);
    const statistic = STATISTICS[params.statistic as string];
    const { level, replicates } = params as unknown as { level: number; replicates: number };
    const [[low, high]] = bootstrapIntervals(samples, (drawn) => [statistic(drawn)], { level, replicates });
    return { low, high, point: statistic(samples) };
  },
  auc: ({ inputs }) => {
    const curve = { steps: list(inputs.steps), scores: list(inputs.scores) };
    return { area: area(curve), normalised: normalisedArea(curve) };
  },
  steps_to_threshold: ({ params, inputs }) => {
    const curve = { steps: list(inputs.steps), scores: list(inputs.scores) };
    const threshold = params.threshold as number;
    return {
      first_checkpoint: firstStepAt(curve, threshold),
      interpolated: stepsToThreshold(curve, threshold),
    };
  },
  welch: ({ inputs }) => ({ ...welch(list(inputs.x), list(inputs.y)) }),
  mann_whitney: ({ inputs }) => {
    const { u, exact, asymptotic } = mannWhitney(list(inputs.x), list(inputs.y));
    return { u, p_exact: exact, p_asymptotic: asymptotic };
  },
  normalise: ({ inputs }) => {
    const [random, reference] = [list(inputs.random), list(inputs.reference)];
    const normalised = rows(inputs.scores).flatMap((row) =>
      row.map((score, task) => normaliseScore(score, { random: random[task], reference: reference[task] })),
    );
    return { normalised };
  },
};

test.each(vectorCases('stats.json').map((one) => [one.name, one] as const))('stats.json: %s', (_, one) => {
  const got = COMPUTE[one.params.kind](one);
  for (const [key, expected] of Object.entries(one.expected)) {
    const value = got[key];
    if (expected === null) expect(value, key).toBeNull();
    else expectClose(value!, expected, one.tolerance[key], key);
  }
});
