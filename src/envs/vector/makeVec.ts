import { InputError } from '../../base/index.ts';
import { make } from '../make.ts';
import type { MakeOptions } from '../registry.ts';
import { AsyncVectorEnv } from './asyncVectorEnv.ts';
import { SyncVectorEnv } from './syncVectorEnv.ts';
import type { AutoresetMode } from './syncVectorEnv.ts';

/** Options of `makeVec`; all others go to `make`. */
export interface MakeVecOptions extends MakeOptions {
  numEnvs: number;
  autoreset?: AutoresetMode;
  /** One after the other in this thread, or on worker threads. */
  vectorization?: 'sync' | 'async';
  /** Threads of `async`; by default one for each environment, at most one for each processor. */
  workers?: number;
  /** `async`: whether observations are copies, or views that hold until the call after the next one. */
  copy?: boolean;
  [option: string]: unknown;
}

type Sync = SyncVectorEnv<Uint8Array, Float32Array | number>;
type Async = AsyncVectorEnv<Uint8Array, Float32Array | number>;

/**
 * Makes `numEnvs` copies of an environment as one vector environment.
 *
 * @example
 * const envs = await makeVec('control/CartpoleSwingup-v0', { numEnvs: 4, size: 64, actionRepeat: 8 });
 * const { observations } = envs.reset({ seed: 1 }); // [4, 64, 64, 3], seeds 1 to 4
 * const many = await makeVec('arcade/Pong-v0', { numEnvs: 8, vectorization: 'async' });
 * await many.reset({ seed: 1 });
 * @throws InputError for ids and options that cannot work.
 */
export async function makeVec(
  id: string,
  options: MakeVecOptions & { vectorization: 'async' },
): Promise<Async>;
export async function makeVec(
  id: string,
  options: MakeVecOptions & { vectorization?: 'sync' },
): Promise<Sync>;
export async function makeVec(id: string, all: MakeVecOptions): Promise<Sync | Async> {
  const { numEnvs, autoreset, vectorization = 'sync', workers, copy, ...options } = all;
  if (vectorization === 'async')
    return AsyncVectorEnv.create(id, { numEnvs, autoreset, workers, copy }, options);
  if (vectorization !== 'sync') {
    throw new InputError(`makeVec: vectorization is ${String(vectorization)}; give 'sync' or 'async'.`);
  }
  const envs = await Promise.all(Array.from({ length: numEnvs }, () => make(id, options)));
  return new SyncVectorEnv(envs, { autoreset });
}
