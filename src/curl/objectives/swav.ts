import { z } from 'zod';
import { Random, joinSnapshots, partOf, type Snapshot } from '../../base/index.ts';
import {
  EmbeddingQueue,
  ProjectionHead,
  headLayers,
  normalise,
  swappedPrediction,
} from '../../encoders/index.ts';
import { Parameters, stopGradient, tf, uniform } from '../../engine/index.ts';
import { Branch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import { ContrastiveLearner, defineEncoder } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, View } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { TWO_CROPS, count, headOptions, temperature } from './head-options.ts';
import { PAPER_VIEWS } from './recipes.ts';

const updates = z.number().int().nonnegative();
const area = z.tuple([z.number().positive().max(1), z.number().positive().max(1)]);

const swavOptions = headOptions.extend({
  prototypes: count.default(64),
  temperature: temperature.default(0.1),
  epsilon: z.number().positive().default(0.05).describe("entropy regularisation of Sinkhorn's assignments"),
  iterations: count.default(3).describe('rounds of Sinkhorn'),
  freeze: updates.default(500).describe('updates for which the prototypes stay as they started'),
  queue: updates.default(0).describe('earlier embeddings that are balanced together with the batch; 0: none'),
  queueFrom: updates
    .default(2000)
    .describe('update at which the queue begins to fill; it counts once it is full'),
  localCrops: updates.default(0).describe('further views of small parts, which only predict'),
  localArea: area
    .default([0.2, 0.5])
    .describe("smallest and largest part of the picture's area in a local crop"),
});
type SwavOptions = z.output<typeof swavOptions>;

/** The assigned views. */
const GLOBAL = [0, 1] as const;

/**
 * SwAV (Caron et al., arXiv 2006.09882): the soft assignment of one view to learned prototypes is predicted from the
 * other views. Assignments are balanced by Sinkhorn's algorithm over the batch, and over a queue of earlier embeddings
 * once that has filled; the queue holds embeddings, which are scored anew with the prototypes of the day.
 */
export class Swav implements Objective {
  readonly views: readonly View[];
  readonly parameters: Parameters;
  readonly #branch: Branch;
  readonly #own = new Parameters();
  readonly #saved: Parameters;
  readonly #prototypes: tf.Variable<tf.Rank.R2>;
  readonly #queues: EmbeddingQueue[];
  readonly #options: SwavOptions;
  #embeddings: tf.Tensor2D[] = [];
  #updates = 0;

  constructor({ encoder, options, seed }: ObjectiveContext<SwavOptions>) {
    const random = Random.stream(seed, 'swav', 'weights');
    const { hidden, size, norm, splits, prototypes, queue, localCrops, localArea } = options;
    const local: View = { crop: 'fresh', area: localArea };
    this.#options = options;
    this.views = [...TWO_CROPS, ...Array.from({ length: localCrops }, () => local)];
    const layers = headLayers([hidden], size, norm);
    this.#branch = new Branch(encoder, new ProjectionHead(encoder.head.size, layers, random, splits));
    const bound = 1 / Math.sqrt(size);
    this.#prototypes = this.#own.add(
      'prototypes',
      uniform<tf.Rank.R2>([prototypes, size], -bound, bound, random),
    );
    this.#queues = queue > 0 ? GLOBAL.map(() => new EmbeddingQueue(queue, size, random)) : [];
    this.#saved = Parameters.join({ projection: this.#branch.projection.parameters, own: this.#own });
    this.parameters = Parameters.join({ branch: this.#branch.parameters, own: this.#own });
  }

  /** Prototypes lie on the unit sphere at every forward pass. */
  beforeStep(): void {
    this.#prototypes.assign(normalise(this.#prototypes as tf.Tensor2D));
  }

  loss(views: tf.Tensor4D[]): ObjectiveLoss {
    const { freeze, prototypes: count } = this.#options;
    const embeddings = views.map((view) => this.#branch.embed(view));
    const frozen = this.#updates < freeze;
    const prototypes = this.#prototypes as tf.Tensor2D;
    const { loss, assignments } = swappedPrediction(
      embeddings,
      frozen ? stopGradient(prototypes) : prototypes,
      {
        ...this.#options,
        assignViews: GLOBAL,
        queues: this.#queueInUse() ? this.#queues.map((queue) => queue.rows) : undefined,
      },
    );
    if (this.#queues.length > 0)
      this.#embeddings = GLOBAL.map((view) => tf.keep(normalise(embeddings[view])));
    const usage = tf.mean(assignments[0], 0);
    const entropy = tf.neg(tf.sum(tf.mul(usage, tf.log(tf.add(usage, 1e-12)))));
    const certainty = tf.mean(tf.max(assignments[0], 1));
    return {
      loss,
      metrics: {
        // 1: all prototypes are in use alike.
        'prototypes.entropy': tf.div(entropy, Math.log(Math.max(2, count))),
        'prototypes.certainty': certainty as tf.Scalar,
        ...(this.#queues.length > 0 && { 'queue.age': tf.scalar(this.#queues[0].age) }),
        ...health(embeddings[0], embeddings[1]),
      },
    };
  }

  #queueInUse(): boolean {
    return this.#queues.length > 0 && this.#queues.every((queue) => queue.filled === queue.capacity);
  }

  afterStep(): void {
    if (this.#updates >= this.#options.queueFrom)
      this.#queues.forEach((queue, j) => queue.push(this.#embeddings[j]));
    tf.dispose(this.#embeddings);
    this.#embeddings = [];
    this.#updates++;
  }

  async state(): Promise<Snapshot> {
    const queues = await Promise.all(this.#queues.map((queue) => queue.state()));
    const snapshot = joinSnapshots({
      own: await weightsOf(this.#saved),
      ...Object.fromEntries(queues.map((queue, j) => [`queue${j}`, queue])),
    });
    snapshot.values.updates = this.#updates;
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#saved.load(partOf(snapshot, 'own').tensors);
    this.#queues.forEach((queue, j) => queue.restore(partOf(snapshot, `queue${j}`)));
    this.#updates = snapshot.values.updates as number;
  }

  dispose(): void {
    this.#saved.dispose();
    for (const queue of this.#queues) queue.dispose();
  }
}

/** Registry entry of SwAV. */
export const swav = defineEncoder({
  paperViews: PAPER_VIEWS.swav,
  description: 'swapped prediction of balanced assignments to prototypes (SwAV)',
  options: withPresets(swavOptions, {
    hidden: 2048,
    size: 128,
    norm: 'batch',
    prototypes: 3000,
    freeze: 5005,
    queue: 3840,
    queueFrom: 15 * 5005,
    localCrops: 6,
    localArea: [0.05, 0.14],
  }),
  create: (context) => new ContrastiveLearner(new Swav(context), context.options, context.encoder),
});
