import type { z } from 'zod';
import type { Checkpointable } from '../base/index.ts';
import type { Backbone, ImageShape, PixelEncoder } from '../encoders/index.ts';
import type { Parameters, tf } from '../engine/index.ts';

/** Numbers to log, by the names of docs/architecture.md. */
export type Metrics = Record<string, number>;

/** What an agent observes: images as its networks see them (after cropping), or float vectors of a task's true state. */
export type ObservationSpace = { kind: 'pixels'; image: ImageShape } | { kind: 'state'; size: number };

/** What an agent does: `size` numbers in [-1, 1], or one of `choices` actions, counted from 0. */
export type ActionSpace = { kind: 'continuous'; size: number } | { kind: 'discrete'; choices: number };

/** What an agent thinks of some observations. */
export interface Judgement {
  value: Float32Array;
  entropy: Float32Array;
}

/** What the spaces of a task look like to an agent. */
export interface Task {
  observation: ObservationSpace;
  actions: ActionSpace;
}

/** What an agent is made from. Generators are drawn from named streams of `seed`. */
export interface AgentContext<Options = unknown> {
  task: Task;
  options: Options;
  backbone: Backbone;
  backboneOptions: unknown;
  seed: number;
}

/** A batch of transitions; images are scaled to [0, 1], a state of S numbers is an image `[1, 1, S]`. */
export interface TransitionBatch {
  /** `[B, H, W, C]` */
  observations: tf.Tensor4D;
  /** `[B, A]`; `[B, 1]` of indices where actions are discrete. */
  actions: tf.Tensor2D;
  /** `[B]`; the discounted sum where a transition spans several steps. */
  rewards: tf.Tensor1D;
  /** `[B, H, W, C]` */
  nextObservations: tf.Tensor4D;
  /** `[B]`, 1 where the task ended; truncated episodes bootstrap and stay 0. */
  terminated: tf.Tensor1D;
  /** `[B]`: discount^m where transitions span m steps; the agent's own discount when absent. */
  discounts?: tf.Tensor1D;
  /** `[B]`: importance of each transition in the critic's loss; 1 when absent. */
  weights?: tf.Tensor1D;
  /** Further views of the observations, as many as the agent asks for in `views`. */
  moreObservations?: tf.Tensor4D[];
  /** Further views of the next observations. */
  moreNextObservations?: tf.Tensor4D[];
}

export interface UpdateOptions {
  /** Numbers come back only when it is set, since reading them back makes the engine wait. */
  log: boolean;
  /** Filled with |TD error| of each transition, the mean of both critics, for prioritised replay. */
  errors?: Float32Array;
  /** Given to agents with `joint` set only. */
  auxiliary?: AuxiliaryLoss | null;
}

/** A further loss on a batch, which an agent adds to its own in a joint update. */
export interface AuxiliaryLoss {
  /** What it trains beside the agent's encoder. */
  readonly parameters: Parameters;
  /** Called before the gradient: momentum weights move here. */
  before(): void;
  /** The weighted scalar loss, within the gradient. */
  loss(): tf.Scalar;
  /** Called with the gradients of `parameters`, in their order, after the agent's own step. */
  step(gradients: tf.Tensor[]): void;
}

export interface Agent extends Checkpointable {
  /** The encoder that the critic trains, and that a contrastive objective may train too. */
  readonly encoder: PixelEncoder;
  /** Its slowly following copy, which CURL uses as key encoder. */
  readonly targetEncoder: PixelEncoder;
  /** Whether an objective's loss is to be part of its update, not a step of its own after it. */
  readonly joint?: boolean;
  /** Independent crops of a batch that it wants, the first included; one of each when absent. */
  readonly views?: { observations: number; nextObservations: number };
  /**
   * Chooses actions.
   * @param observations `count` observations in bytes: images of the task's shape, or states (see `observationTensor`)
   * @returns `count * size` numbers in [-1, 1], or `count` indices of discrete actions
   */
  act(observations: Uint8Array, count: number, options: { deterministic: boolean }): Float32Array;
  /**
   * What it thinks of observations: `value` of what it would do, and `entropy` of its policy there, in nats.
   * @returns `count` numbers each
   */
  judge(observations: Uint8Array, count: number): Judgement;
  /** One update. */
  update(batch: TransitionBatch, options: UpdateOptions): Metrics | null;
  /** Sets every learning rate to this part of what the options say. */
  scaleLearningRates?(factor: number): void;
  dispose(): void;
}

/** An algorithm that experiments can name. */
export interface AgentEntry<Options = unknown> {
  description: string;
  /** Action spaces that it can act in. */
  actions: readonly ActionSpace['kind'][];
  options: z.ZodType<Options>;
  create(context: AgentContext<Options>): Agent;
}

/** Fills in the options' types of a registry entry. */
export function defineAgent<Options>(entry: AgentEntry<Options>): AgentEntry<Options> {
  return entry;
}
