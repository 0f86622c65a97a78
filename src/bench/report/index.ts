export { analyse } from './analyse.ts';
export { estimateText } from './format.ts';
export { curveFigure } from './figure.ts';
export { htmlReport } from './html/index.ts';
export { loadRuns, type Loaded, type LoadedRun, type MissingRun } from './load.ts';
export { markdownReport, markdownTable } from './markdown.ts';
export { PUBLISHED_CAVEAT, PUBLISHED_METHODS, published } from './published.ts';
export { rebuildResults, resultFolders } from './rebuild.ts';
export { csvReport, evaluationRows, parquetReport, type EvaluationRow } from './rows.ts';
export {
  aggregateTable,
  improvementTable,
  missingTable,
  publishedTable,
  taskTable,
  type Table,
} from './tables.ts';
export type { AggregateRow, Improvement, MethodCurve, Report, TaskRow } from './types.ts';
