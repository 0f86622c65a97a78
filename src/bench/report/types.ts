import type { AggregateName, Estimate } from '../statistics/index.ts';
import type { LoadedRun, MissingRun } from './load.ts';

/** Values of one method over environment steps; an end of the interval is null where there are too few runs. */
export interface MethodCurve {
  method: string;
  /** Environment steps. */
  steps: number[];
  values: number[];
  low: (number | null)[];
  high: (number | null)[];
  /** Fewest runs behind any of the points. */
  runs: number;
}

/** One method on one task. */
export interface TaskRow {
  env: string;
  method: string;
  runs: number;
  actionRepeat: number;
  agentSteps: number;
  envSteps: number;
  /** Mean return of the last policy, over runs. */
  final: Estimate;
  /** Standard deviation over runs; NaN for one run. */
  deviation: number;
  /** Final score of each run, by seed. */
  scores: { seed: number; score: number }[];
  /** Mean return at given environment steps; null where not every run got there. */
  at: { step: number; mean: number | null }[];
  /** Runs that reached the threshold, and the median of the environment steps they took. */
  threshold: { score: number; reached: number; steps: number | null };
  /** Mean height of the learning curve: area under it divided by its steps. */
  area: number;
  /** Mean wall time of a run. */
  minutes: number;
}

/** One method over all compared tasks, normalised. */
export interface AggregateRow {
  method: string;
  /** Runs over all tasks. */
  runs: number;
  /** Runs of the task that has fewest. */
  fewest: number;
  values: Record<AggregateName, Estimate>;
}

export interface Improvement {
  x: string;
  y: string;
  /** Probability that a run of x beats a run of y. */
  estimate: Estimate;
}

export interface Report {
  name: string;
  description: string;
  methods: { id: string; label: string }[];
  tasks: { env: string; label: string; actionRepeat: number; random: number; reference: number }[];
  seeds: number[];
  budget: number;
  episodes: number;
  rows: TaskRow[];
  /** Tasks that every compared method has finished runs of: aggregates are over these. */
  compared: { tasks: string[]; methods: string[] };
  aggregates: AggregateRow[];
  improvements: Improvement[];
  profile: { thresholds: number[]; curves: MethodCurve[] };
  /** IQM of normalised scores over environment steps. */
  efficiency: MethodCurve[];
  /** Mean returns of each task over environment steps. */
  curves: { env: string; methods: MethodCurve[] }[];
  notes: string[];
  missing: MissingRun[];
  runs: LoadedRun[];
  replicates: number;
}
