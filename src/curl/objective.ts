import type { Checkpointable, Random } from '../base/index.ts';
import type { BankSamples, BatchMix, PixelEncoder } from '../encoders/index.ts';
import type { Parameters, tf } from '../engine/index.ts';

/**
 * One of the views that an objective wants of a batch: `agent` is the crop that the agent itself trains on, `fresh`
 * is an independent crop.
 */
export interface View {
  crop: 'agent' | 'fresh';
  /** Agent steps after the batch's observation at which a fresh view was seen; 0 when absent. */
  later?: number;
  /** A fresh view of a part only: fractions [smallest, largest] of the picture's area, resized to the crop's size. */
  area?: readonly [number, number];
}

/** Where the images of a batch come from; row i of every view belongs to entry i. */
export interface Samples extends BankSamples {
  /** Number of the oldest transition still in replay. */
  oldest: number;
  /** `[B]` for each view: 1 where it shows what was asked for, 0 where the episode ended before. */
  valid: Float32Array[];
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
  /**
   * Called before each loss, outside of its gradient: momentum weights move here and encode their keys. What it makes
   * lives until `afterStep` has returned.
   */
  beforeStep?(views: tf.Tensor4D[]): void;
  /**
   * The scalar loss of views `[B, H, W, C]` each, in the order of `views`.
   * @param mix how to mix the images of queries, for objectives that `withMixing` may wrap
   */
  loss(views: tf.Tensor4D[], samples?: Samples, mix?: BatchMix): ObjectiveLoss;
  /**
   * The output of the first `layers` layers of the projection head, differentiable: SimCLR v2 is fine-tuned from its
   * first one (Chen et al., arXiv 2006.10029, section 3.2). With 0 it is the encoder's own embedding.
   */
  represent?(images: tf.Tensor4D, layers: number): tf.Tensor2D;
  /** Called after each optimiser step, for queues, banks and counters. */
  afterStep(): void;
  dispose(): void;
}

/** What an objective is made from: the agent's encoder and its momentum copy. */
export interface ObjectiveContext<Options = unknown> {
  encoder: PixelEncoder;
  targetEncoder: PixelEncoder;
  /** Makes another encoder of the same layout, for momentum copies of the objective's own. */
  newEncoder(random: Random): PixelEncoder;
  options: Options;
  seed: number;
}

/** Options that every objective's training has. */
export interface LearnerOptions {
  /** Step size of the objective's Adam, over the encoder and the objective's own weights. */
  learningRate: number;
  /** Agent updates between objective updates. */
  every: number;
  /** Factor of the loss in a joint update. */
  weight: number;
  /** Gradients are scaled down to this joint norm; absent: as they are. */
  clipNorm?: number;
  /** Further Adam step over the encoder with the same gradient. */
  doubleStep?: boolean;
}
