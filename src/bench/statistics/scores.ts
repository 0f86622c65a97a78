/**
 * Scores of one method: `scores[task][run]`. Tasks may have different numbers of runs; a run is one seed, never one
 * episode.
 */
export type TaskScores = readonly (readonly number[])[];

/** Fewer runs than this in any task, and a bootstrap over runs says nothing. */
export const FEWEST_RUNS = 3;

/** Runs of the task that has fewest; 0 where there is no task. */
export function fewestRuns(scores: TaskScores): number {
  return scores.length === 0 ? 0 : Math.min(...scores.map((runs) => runs.length));
}

/** Turns a row-major matrix `[runs, tasks]`, as papers print it, into `scores[task][run]`. */
export function tasksOfRows(rows: readonly (readonly number[])[]): number[][] {
  const tasks = rows[0]?.length ?? 0;
  return Array.from({ length: tasks }, (_, task) => rows.map((row) => row[task]));
}

/** What a task's raw scores are measured against. */
export interface ScoreRange {
  /** Raw score that counts as 0: a random policy's. */
  random: number;
  /** Raw score that counts as 1: an expert's, or the largest possible. */
  reference: number;
}

/** `(score - random) / (reference - random)`: 0 is random, 1 the reference; below and beyond are possible. */
export function normaliseScore(score: number, { random, reference }: ScoreRange): number {
  return (score - random) / (reference - random);
}
