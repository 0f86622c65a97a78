export { makeVec } from './makeVec.ts';
export { SyncVectorEnv } from './syncVectorEnv.ts';
export type { AutoresetMode, VectorResetOptions, VectorStepResult } from './syncVectorEnv.ts';
