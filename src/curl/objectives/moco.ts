import type { z } from 'zod';
import { Random, joinSnapshots, partOf, type Snapshot } from '../../base/index.ts';
import {
  EmbeddingQueue,
  ProjectionHead,
  accuracy,
  headLayers,
  normalise,
  mixedInfoNce,
  queueInfoNce,
  type BatchMix,
} from '../../encoders/index.ts';
import { tf, type Parameters } from '../../engine/index.ts';
import { Branch, MomentumBranch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import { ContrastiveLearner, defineEncoder } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { TWO_CROPS, count, fraction, headOptions, temperature } from './head-options.ts';
import { mixOptions, withMixing } from './mixing.ts';
import { PAPER_VIEWS } from './recipes.ts';

const v1 = headOptions.omit({ hidden: true }).extend({
  queue: count.default(4096).describe('keys of earlier batches that serve as negatives'),
  momentum: fraction.default(0.99).describe('of the key encoder, at each update'),
  temperature: temperature.default(0.07),
  ...mixOptions,
});
const v2 = v1.extend({ hidden: headOptions.shape.hidden, temperature: temperature.default(0.2) });

type MocoOptions = z.output<typeof v1>;

/**
 * Momentum contrast (He et al., arXiv 1911.05722). A query meets its key, made by a slowly following encoder, among the
 * keys of earlier batches. In order: the key encoder moves, the keys are encoded, the loss sees the old queue, and the
 * keys enter it after the step.
 */
export class Moco implements Objective {
  readonly views = TWO_CROPS;
  readonly parameters: Parameters;
  readonly #queries: Branch;
  readonly #keys: MomentumBranch;
  readonly #queue: EmbeddingQueue;
  readonly #options: MocoOptions;
  #fresh: tf.Tensor2D | null = null;

  constructor(context: ObjectiveContext<MocoOptions>, head: (random: Random) => ProjectionHead) {
    const { encoder, newEncoder, options, seed } = context;
    const random = Random.stream(seed, 'moco', 'weights');
    this.#options = options;
    this.#queries = new Branch(encoder, head(random));
    this.#keys = new MomentumBranch(this.#queries, new Branch(newEncoder(random), head(random)));
    this.#queue = new EmbeddingQueue(options.queue, options.size, random);
    this.parameters = this.#queries.parameters;
  }

  beforeStep([, positives]: tf.Tensor4D[]): void {
    this.#keys.follow(this.#options.momentum);
    this.#fresh = normalise(this.#keys.embed(positives));
  }

  loss([anchors]: tf.Tensor4D[], _samples?: Samples, mix?: BatchMix): ObjectiveLoss {
    const { temperature: scale } = this.#options;
    const queries = this.#queries.embed(mix ? mix.apply(anchors) : anchors);
    const keys = this.#fresh!;
    const { rows } = this.#queue;
    const { loss, logits, labels } = mix
      ? mixedInfoNce(queries, keys, mix, scale, rows)
      : queueInfoNce(queries, keys, rows, scale);
    return {
      loss,
      metrics: {
        'contrastive.accuracy': accuracy(logits, labels),
        'queue.age': tf.scalar(this.#queue.age),
        ...health(queries, keys),
      },
    };
  }

  afterStep(): void {
    this.#queue.push(this.#fresh!);
    this.#fresh = null;
  }

  async state(): Promise<Snapshot> {
    return joinSnapshots({
      projection: await weightsOf(this.#queries.projection.parameters),
      keys: await weightsOf(this.#keys.parameters),
      queue: await this.#queue.state(),
    });
  }

  restore(snapshot: Snapshot): void {
    this.#queries.projection.parameters.load(partOf(snapshot, 'projection').tensors);
    this.#keys.parameters.load(partOf(snapshot, 'keys').tensors);
    this.#queue.restore(partOf(snapshot, 'queue'));
  }

  dispose(): void {
    this.#queries.projection.parameters.dispose();
    this.#keys.parameters.dispose();
    this.#queue.dispose();
  }
}

/** The paper's heads have no norm; with one, ours end in it too, so that keys of replayed frames differ from the start. */
const PAPER = { queue: 65536, momentum: 0.999, size: 128, norm: 'none' } as const;
const LAST = 'batch-plain';

/** Registry entry of MoCo v1: a linear head. */
export const moco = defineEncoder({
  paperViews: PAPER_VIEWS.moco,
  description: 'momentum key encoder and a queue of keys, linear head (MoCo v1)',
  options: withPresets(v1, PAPER),
  create(context) {
    const { encoder, options, seed } = context;
    const { size, norm, splits } = options;
    const head = (random: Random) =>
      new ProjectionHead(encoder.head.size, headLayers([], size, norm, LAST), random, splits);
    return new ContrastiveLearner(withMixing(new Moco(context, head), options, seed), options, encoder);
  },
});

/** Registry entry of MoCo v2 (Chen et al., arXiv 2003.04297): a head with a hidden layer, a higher temperature. */
export const mocoV2 = defineEncoder({
  paperViews: PAPER_VIEWS['moco-v2'],
  description: 'MoCo with a two-layer head (MoCo v2)',
  options: withPresets(v2, { ...PAPER, hidden: 2048 }),
  create(context) {
    const { encoder, options, seed } = context;
    const { hidden, size, norm, splits } = options;
    const head = (random: Random) =>
      new ProjectionHead(encoder.head.size, headLayers([hidden], size, norm, LAST), random, splits);
    return new ContrastiveLearner(withMixing(new Moco(context, head), options, seed), options, encoder);
  },
});
