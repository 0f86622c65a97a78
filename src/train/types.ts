import type { Json } from '../base/index.ts';
import type { Metrics } from '../agents/index.ts';
import type { Env } from '../envs/index.ts';
import type { ReplayBuffer, RolloutLayout } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import type { Acting } from './acting.ts';
import type { ActionCodec } from './actions.ts';
import type { OnPolicyLearner } from './on-policy-learner.ts';
import type { VectorEnv } from './vector-interaction.ts';
import type { WorkerEnv } from './worker-env.ts';

export type { Acting, Metrics };

/** Chooses an action in [-1, 1] (or the index of a discrete one) from one whole stacked observation. */
export type Policy = (observation: Uint8Array) => Float32Array | Promise<Float32Array>;

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
  /** The environment to learn in on a worker thread, where the experiment wants that; it never resets by itself. */
  worker?: WorkerEnv;
}

/** All the parts of an on-policy run, built from an experiment. */
export interface OnPolicyParts extends ActingParts {
  learner: OnPolicyLearner;
  /** Size of the rollouts that it learns from. */
  rollout: RolloutLayout;
  /** The environments to learn in, side by side. */
  makeVector(): Promise<VectorEnv>;
  /** What the objective beside the agent draws from; null without one. */
  replay: ReplayBuffer | null;
}

export type Build = (experiment: Experiment) => Promise<Parts | OnPolicyParts>;

/** Counters that every line of metrics carries. */
export interface Counters {
  agentStep: number;
  /** Agent steps times the action repeat. */
  envStep: number;
  /** Seconds of running so far, over all resumptions. */
  wallSeconds: number;
}
