import type { Checkpointable, Json } from '../base/index.ts';
import type { Metrics } from '../agents/index.ts';
import type { Env } from '../envs/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import type { ActionCodec } from './actions.ts';

export type { Metrics };

/** Chooses an action in [-1, 1] (or the index of a discrete one) from one whole stacked observation. */
export type Policy = (observation: Uint8Array) => Float32Array | Promise<Float32Array>;

/** What acts: all that evaluating and playing need of a learner. */
export interface Acting extends Checkpointable {
  /** `deterministic`: the mean action, without touching any generator. */
  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array | Promise<Float32Array>;
  /** Tensors alive in the engine, to notice leaks. */
  tensors?(): number;
  dispose(): void;
}

/**
 * What an off-policy loop trains: an agent with the objective beside it. Crops are the learner's business: it gets
 * whole observations when acting and draws its own views from the replay buffer.
 */
export interface Learner<Batch = unknown> extends Acting {
  /** Draws what one update needs. */
  sample(replay: ReplayBuffer): Batch;
  /** One update; `log` asks for its metrics, which costs reading them back from the engine. */
  update(batch: Batch, options: { log: boolean }): Promise<Metrics | null>;
}

/** An environment as the loop drives it: stacked pixels in, any action space. */
export type PixelEnv = Env<Uint8Array, Float32Array | number>;

/** The parts of a run that every kind of agent has. */
export interface ActingParts {
  env: PixelEnv;
  /** A fresh environment of the same kind, for evaluation. */
  makeEnv(): Promise<PixelEnv>;
  actions: ActionCodec;
  learner: Acting;
  /** What the engine says of itself, for `system.json`. */
  engine: Json;
}

/** All the parts of an off-policy run, built from an experiment. */
export interface Parts extends ActingParts {
  learner: Learner;
  replay: ReplayBuffer;
}

export type Build = (experiment: Experiment) => Promise<Parts>;

/** Counters that every line of metrics carries. */
export interface Counters {
  agentStep: number;
  /** Agent steps times the action repeat. */
  envStep: number;
  /** Seconds of running so far, over all resumptions. */
  wallSeconds: number;
}
