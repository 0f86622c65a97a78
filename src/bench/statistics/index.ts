export {
  AGGREGATES,
  interquartileMean,
  meanScore,
  median,
  medianScore,
  optimalityGap,
  trimmedMean,
  type AggregateName,
  type Statistic,
} from './aggregate.ts';
export { bootstrapIntervals, estimate, quantile, type BootstrapOptions, type Estimate } from './bootstrap.ts';
export { pairsWon, performanceProfile, probabilityOfImprovement } from './compare.ts';
export { area, firstStepAt, normalisedArea, scoreAt, stepsToThreshold, type Curve } from './curve.ts';
export {
  FEWEST_RUNS,
  fewestRuns,
  normaliseScore,
  tasksOfRows,
  type ScoreRange,
  type TaskScores,
} from './scores.ts';
export { mannWhitney, welch, type MannWhitney } from './tests.ts';
