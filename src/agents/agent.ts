import type { z } from 'zod';
import type { Checkpointable } from '../base/index.ts';
import type { Backbone, ImageShape, PixelEncoder } from '../encoders/index.ts';
import type { tf } from '../engine/index.ts';

/** Numbers to log, by the names of docs/architecture.md. */
export type Metrics = Record<string, number>;

/** What the spaces of a task look like to an agent. */
export interface Task {
  /** Images as the networks see them, after cropping. */
  image: ImageShape;
  /** Dimensions of a continuous action, each in [-1, 1]. */
  actionSize: number;
}

/** What an agent is made from. Generators are drawn from named streams of `seed`. */
export interface AgentContext<Options = unknown> {
  task: Task;
  options: Options;
  backbone: Backbone;
  backboneOptions: unknown;
  seed: number;
}

/** A batch of transitions; images are scaled to [0, 1]. */
export interface TransitionBatch {
  /** `[B, H, W, C]` */
  observations: tf.Tensor4D;
  /** `[B, A]` */
  actions: tf.Tensor2D;
  /** `[B]` */
  rewards: tf.Tensor1D;
  /** `[B, H, W, C]` */
  nextObservations: tf.Tensor4D;
  /** `[B]`, 1 where the task ended; truncated episodes bootstrap and stay 0. */
  terminated: tf.Tensor1D;
}

export interface Agent extends Checkpointable {
  /** The encoder that the critic trains, and that a contrastive objective may train too. */
  readonly encoder: PixelEncoder;
  /** Its slowly following copy, which CURL uses as key encoder. */
  readonly targetEncoder: PixelEncoder;
  /**
   * Chooses actions.
   * @param images `count` observations in bytes, cropped to the task's image shape
   * @returns `count * actionSize` numbers in [-1, 1]
   */
  act(images: Uint8Array, count: number, options: { deterministic: boolean }): Float32Array;
  /** One update; numbers come back only when `log` is set, since reading them back makes the engine wait. */
  update(batch: TransitionBatch, options: { log: boolean }): Metrics | null;
  dispose(): void;
}

/** An algorithm that experiments can name. */
export interface AgentEntry<Options = unknown> {
  description: string;
  options: z.ZodType<Options>;
  create(context: AgentContext<Options>): Agent;
}

/** Fills in the options' types of a registry entry. */
export function defineAgent<Options>(entry: AgentEntry<Options>): AgentEntry<Options> {
  return entry;
}
