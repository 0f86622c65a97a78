export { AsyncVectorEnv } from './asyncVectorEnv.ts';
export type { AsyncVectorOptions } from './asyncVectorEnv.ts';
export { makeVec } from './makeVec.ts';
export type { MakeVecOptions } from './makeVec.ts';
export { SyncVectorEnv } from './syncVectorEnv.ts';
export type { AutoresetMode, SavedEpisode, VectorResetOptions, VectorStepResult } from './syncVectorEnv.ts';
