import type { MessagePort } from 'node:worker_threads';
import type { Info } from '../env.ts';
import type { InfoLayout, InfoMemory } from './infoMemory.ts';
import type { AutoresetMode, SavedEpisode, VectorResetOptions } from './syncVectorEnv.ts';

/** What a worker of `AsyncVectorEnv` is started with. */
export interface WorkerSetup {
  id: string;
  options: Record<string, unknown>;
  autoreset: AutoresetMode;
  numEnvs: number;
  /** Its number, of so many. */
  worker: number;
  workers: number;
  /** It holds the environments `first`, ..., `first + count - 1`. */
  first: number;
  count: number;
  shared: SharedVector;
  /** Requests come in here, answers that do not fit into shared memory go out. */
  port: MessagePort;
}

/** What all threads see; each worker writes the part of its own environments. */
export interface SharedVector {
  board: SharedArrayBuffer;
  actions: SharedArrayBuffer;
  /** Observations, one after the other; two of them where the parent hands out views. */
  observations: SharedArrayBuffer[];
  /** float64, one each. */
  rewards: SharedArrayBuffer;
  /** Bytes, 0 or 1, one each. */
  terminated: SharedArrayBuffer;
  truncated: SharedArrayBuffer;
  infos: InfoMemory;
}

/** What the parent asks of a worker in a message; actions, seeds and masks are those of its own environments. */
export type Request =
  | { kind: 'reset'; options: VectorResetOptions }
  /** Only for actions that have no place in shared memory. */
  | { kind: 'step'; actions: readonly unknown[] }
  | { kind: 'states' }
  | { kind: 'restore'; saved: readonly SavedEpisode<unknown>[] }
  | { kind: 'close' };

/** What the worker answers in a message. */
export type Reply =
  | { kind: 'done'; infos: Info[]; layouts?: InfoLayout[] }
  /** The caller's mistake; the environments go on. */
  | { kind: 'refused'; message: string }
  /** An environment threw. */
  | { kind: 'crashed'; message: string };
