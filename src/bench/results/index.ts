export { finishedSummary, readResult, resultFiles, writeResult } from './store.ts';
export { resultOf, summaryName, type Evaluation, type Place, type RunResult } from './summary.ts';
