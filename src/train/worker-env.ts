import type { Json } from '../base/index.ts';
import type { VectorResetOptions, VectorStepResult } from '../envs/index.ts';

type Action = Float32Array | number;

/** One environment behind the calls of a vector environment, which never resets by itself. */
export interface WorkerEnv {
  reset(options: VectorResetOptions): Promise<{ observations: ArrayBufferView }>;
  step(actions: readonly Action[]): Promise<Omit<VectorStepResult<ArrayBufferView>, 'infos'>>;
  states(): Promise<Json[]>;
  restore(
    saved: readonly { seed: number; state: Json; actions: readonly Action[] }[],
  ): Promise<{ observations: ArrayBufferView }>;
  close(): Promise<void>;
}
