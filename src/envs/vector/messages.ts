import type { Info } from '../env.ts';
import { ARRAYS, type Dtype, type DtypeArrays } from '../spaces/index.ts';
import type { AutoresetMode, SavedEpisode, VectorResetOptions } from './syncVectorEnv.ts';

/** What a worker of `AsyncVectorEnv` is started with. */
export interface WorkerSetup {
  id: string;
  options: Record<string, unknown>;
  autoreset: AutoresetMode;
  /** It holds the environments `first`, ..., `first + count - 1`. */
  first: number;
  count: number;
  shared: SharedResults;
}

/** Results of all environments, in memory that all threads see; each worker writes its own part. */
export interface SharedResults {
  /** Observations, one after the other. */
  observations: SharedArrayBuffer;
  /** float64, one each. */
  rewards: SharedArrayBuffer;
  /** Bytes, 0 or 1, one each. */
  terminated: SharedArrayBuffer;
  truncated: SharedArrayBuffer;
  /** int32: for each worker the environment it is busy with. */
  busy: SharedArrayBuffer;
}

/** What the parent asks of a worker; actions, seeds and masks are those of its own environments. */
export type Request =
  | { kind: 'reset'; options: VectorResetOptions }
  | { kind: 'step'; actions: readonly unknown[] }
  | { kind: 'states' }
  | { kind: 'restore'; saved: readonly SavedEpisode<unknown>[] }
  | { kind: 'close' };

/** What the worker answers. */
export type Reply =
  | { kind: 'done'; infos: Info[] }
  /** The caller's mistake; the environments go on. */
  | { kind: 'refused'; message: string }
  /** An environment threw. */
  | { kind: 'crashed'; message: string };

/** A window of some type on shared memory. Its contents change under one's hands: copy before giving them out. */
export function sharedArray<D extends Dtype>(dtype: D, memory: SharedArrayBuffer): DtypeArrays[D] {
  // The compiler's typed arrays know plain buffers only; the constructors take shared ones alike.
  return new ARRAYS[dtype](memory as unknown as ArrayBuffer) as DtypeArrays[D];
}
