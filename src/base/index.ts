export { EXIT, CurlewError, InputError, RunError, messageOf } from './errors.ts';
export { fileError, makeFolder, readText, writeFileAtomic } from './files.ts';
export * as portable from './math.ts';
export { nearest } from './nearest.ts';
export { Random } from './random.ts';
export type { RandomState } from './random.ts';
export { joinSnapshots, partOf } from './snapshot.ts';
export { deviation, mean, meanAndInterval } from './statistics.ts';
export type { Checkpointable, Json, Snapshot, TensorData } from './snapshot.ts';
