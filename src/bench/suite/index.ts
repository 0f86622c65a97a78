export { cellKey, cellsOf, type Cell } from './cells.ts';
export { chooseCells } from './only.ts';
export { parseSuite, readSuite, shippedSuites, suiteFile } from './read.ts';
export {
  labelOf,
  seedsOf,
  suiteSchema,
  type Suite,
  type SuiteEnvironment,
  type SuiteMethod,
} from './schema.ts';
