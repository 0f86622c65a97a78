import type { Judgement } from '../agents/index.ts';
import type { Checkpointable } from '../base/index.ts';

/** What acts: all that evaluating and playing need of a learner. */
export interface Acting extends Checkpointable {
  /** `deterministic`: the mean action, without touching any generator. */
  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array | Promise<Float32Array>;
  /** What the agent thinks of an observation; absent for what does not act. */
  judge?(observation: Uint8Array): Judgement;
  /** Sets every learning rate to this part of what the options say, from the next update on. */
  scaleLearningRates?(factor: number): void;
  /** Tensors alive in the engine, to notice leaks. */
  tensors?(): number;
  dispose(): void;
}
