export { Ledger, type LedgerEntry } from './ledger.ts';
export { secondsLeft, surveySuite, type CellProgress, type SurveyPlaces } from './progress.ts';
export { SuiteRunner, threadsFor, type SuiteRunOptions } from './runner.ts';
