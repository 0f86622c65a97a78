export { checkOptions, type CheckContext } from './check.ts';
export {
  listEpisodes,
  readEpisode,
  writeEpisode,
  type EpisodeFile,
  type EpisodeTrace,
  type RecordedEpisode,
} from './episodes.ts';
export { experimentSchema, type Experiment } from './experiment.ts';
export {
  assertNotRunning,
  createRun,
  endRun,
  experimentOf,
  isRun,
  resumeRun,
  type CreateMode,
  type CreateOptions,
  type RunFolder,
} from './folder.ts';
export { followRun, RunFollower, type Followed } from './follow.ts';
export { listRuns, SummaryCache, summariseRun, type RunSummary } from './list.ts';
export { readLive, unstackFrames, writeLive, type LiveView } from './live.ts';
export { listMethods, methodSchema, overridesOf, readMethod, type Method } from './methods.ts';
export { METRIC_KINDS, type MetricKind, type MetricLine } from './metrics.ts';
export { envShortName, experimentHash, experimentYaml, learningOf, methodName, runName } from './naming.ts';
export {
  experimentKeys,
  parseExperiment,
  parseOverrides,
  readExperiment,
  type Override,
  type Overrides,
} from './parse.ts';
export {
  byRank,
  encodeApng,
  encodeGif,
  encodePng,
  encodeSixel,
  halfBlocks,
  scaleColor,
  sgrColor,
  writeEpisodeGif,
  type ColorDepth,
} from './pictures/index.ts';
export { metricLines, readRun, type RunRecord } from './read.ts';
export type { KeyInfo } from './schema-text.ts';
export { addToTable, Series, type MetricTable } from './series.ts';
export type { MetricSink } from './sinks/index.ts';
export {
  processAlive,
  readStatus,
  resolveStatus,
  STALE_AFTER_SECONDS,
  type RunPhase,
  type RunState,
  type RunStatus,
} from './status.ts';
export { curlewVersion, readSystem, systemInfo, updateSystem, type SystemInfo } from './system.ts';
export { RunWriter, type RunWriterOptions, type StatusPatch } from './writer.ts';
export { parseYaml, type YamlSource } from './yaml-source.ts';
