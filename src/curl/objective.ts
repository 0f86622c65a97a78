import type { Checkpointable } from '../base/index.ts';
import type { PixelEncoder } from '../encoders/index.ts';
import type { Parameters, tf } from '../engine/index.ts';

/**
 * One of the views that an objective wants of a batch: `agent` is the crop that the agent itself trains on, `fresh`
 * is an independent crop of the same observations.
 */
export interface View {
  crop: 'agent' | 'fresh';
}

/** Numbers of one objective step; tensors, so that reading them back is up to the caller. */
export interface ObjectiveLoss {
  loss: tf.Scalar;
  metrics: Record<string, tf.Scalar>;
}

/** A contrastive (or other self-supervised) objective over views of a batch. */
export interface Objective extends Checkpointable {
  readonly views: readonly View[];
  /** What the objective trains: the shared encoder and its own weights. */
  readonly parameters: Parameters;
  /** The scalar loss of views `[B, H, W, C]` each, in the order of `views`. */
  loss(views: tf.Tensor4D[]): ObjectiveLoss;
  /** Called after each optimiser step, for momentum weights, queues, banks and prototypes. */
  afterStep(): void;
  dispose(): void;
}

/** What an objective is made from: the agent's encoder and its momentum copy. */
export interface ObjectiveContext<Options = unknown> {
  encoder: PixelEncoder;
  targetEncoder: PixelEncoder;
  options: Options;
  seed: number;
}

/** Options that every objective's training has. */
export interface LearnerOptions {
  /** Step size of the objective's Adam, over the encoder and the objective's own weights. */
  learningRate: number;
  /** Agent updates between objective updates. */
  every: number;
  /** Further Adam step over the encoder with the same gradient. */
  doubleStep: boolean;
}
