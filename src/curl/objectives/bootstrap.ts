import type { z } from 'zod';
import { Random, joinSnapshots, partOf, type Snapshot } from '../../base/index.ts';
import {
  ProjectionHead,
  accuracy,
  batchInfoNce,
  byolLoss,
  headLayers,
  mixedInfoNce,
  momentumSchedule,
  type BatchMix,
  type HeadLayer,
} from '../../encoders/index.ts';
import { Parameters, tf } from '../../engine/index.ts';
import { Branch, MomentumBranch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import { ContrastiveLearner, defineEncoder } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { TWO_CROPS, count, fraction, headOptions, temperature } from './head-options.ts';
import { mixOptions, withMixing } from './mixing.ts';
import { PAPER_VIEWS } from './recipes.ts';

const byolOptions = headOptions.extend({
  momentum: fraction.default(0.99).describe('of the target network, at the first update'),
  schedule: count
    .optional()
    .describe('updates over which the momentum rises to 1 on a cosine; it stays as it is when absent'),
});
const mocoV3Options = byolOptions.extend({ temperature: temperature.default(0.2), ...mixOptions });

type BootstrapOptions = z.output<typeof byolOptions>;
type Pair = readonly [tf.Tensor2D, tf.Tensor2D];

interface Heads {
  projection: HeadLayer[];
  prediction: HeadLayer[];
  /** Compares predictions `[B, D]` of both views with the targets of both; crossing them over is its business. */
  compare(predictions: Pair, targets: Pair, mix?: BatchMix): ObjectiveLoss;
}

/**
 * What BYOL and MoCo v3 share: a predictor behind the projection of each view is compared with the projection of the
 * other view by a momentum network, in both directions. The momentum network has no predictor.
 */
class Bootstrap implements Objective {
  readonly views = TWO_CROPS;
  readonly parameters: Parameters;
  readonly #online: Branch;
  readonly #target: MomentumBranch;
  readonly #own: Parameters;
  readonly #predictor: ProjectionHead;
  readonly #compare: Heads['compare'];
  readonly #options: BootstrapOptions;
  #targets: Pair | null = null;
  #updates = 0;

  constructor(context: ObjectiveContext<BootstrapOptions>, id: string, heads: Heads) {
    const { encoder, newEncoder, options, seed } = context;
    const random = Random.stream(seed, id, 'weights');
    const projection = () => new ProjectionHead(encoder.head.size, heads.projection, random, options.splits);
    this.#options = options;
    this.#compare = (...args) => heads.compare(...args);
    this.#online = new Branch(encoder, projection());
    this.#predictor = new ProjectionHead(options.size, heads.prediction, random, options.splits);
    this.#target = new MomentumBranch(this.#online, new Branch(newEncoder(random), projection()));
    this.#own = Parameters.join({
      projection: this.#online.projection.parameters,
      predictor: this.#predictor.parameters,
    });
    this.parameters = Parameters.join({
      online: this.#online.parameters,
      predictor: this.#predictor.parameters,
    });
  }

  beforeStep([first, second]: tf.Tensor4D[]): void {
    const { momentum, schedule } = this.#options;
    this.#target.follow(
      schedule === undefined ? momentum : momentumSchedule(this.#updates, schedule, momentum),
    );
    this.#targets = [this.#target.embed(first), this.#target.embed(second)];
  }

  loss(views: tf.Tensor4D[], _samples?: Samples, mix?: BatchMix): ObjectiveLoss {
    const [z1, z2] = views.map((view) => this.#online.embed(mix ? mix.apply(view) : view));
    const predictions = [this.#predictor.apply(z1), this.#predictor.apply(z2)] as const;
    const { loss, metrics } = this.#compare(predictions, this.#targets!, mix);
    return { loss, metrics: { ...metrics, ...health(z1, z2) } };
  }

  afterStep(): void {
    this.#targets = null;
    this.#updates++;
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      own: await weightsOf(this.#own),
      target: await weightsOf(this.#target.parameters),
    });
    snapshot.values.updates = this.#updates;
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#own.load(partOf(snapshot, 'own').tensors);
    this.#target.parameters.load(partOf(snapshot, 'target').tensors);
    this.#updates = snapshot.values.updates as number;
  }

  dispose(): void {
    this.#own.dispose();
    this.#target.parameters.dispose();
  }
}

/** Registry entry of BYOL (Grill et al., arXiv 2006.07733): no negatives. */
export const byol = defineEncoder({
  paperViews: PAPER_VIEWS.byol,
  description: 'predicts the projection of a momentum network, no negatives (BYOL)',
  options: withPresets(byolOptions, {
    hidden: 4096,
    size: 256,
    norm: 'batch',
    momentum: 0.996,
    schedule: 100_000,
  }),
  create(context) {
    const { hidden, size, norm } = context.options;
    const layers = headLayers([hidden], size, norm);
    const objective = new Bootstrap(context, 'byol', {
      projection: layers,
      prediction: layers,
      compare: ([p1, p2], [z1, z2]) => ({ loss: byolLoss(p1, p2, z1, z2), metrics: {} }),
    });
    return new ContrastiveLearner(objective, context.options, context.encoder);
  },
});

/** Registry entry of MoCo v3 (Chen, Xie & He, arXiv 2104.02057), with the heads of its ResNet form. */
export const mocoV3 = defineEncoder({
  paperViews: PAPER_VIEWS['moco-v3'],
  description: 'momentum keys of the same batch, predictor, both directions, no queue (MoCo v3)',
  options: withPresets(mocoV3Options, {
    hidden: 4096,
    size: 256,
    norm: 'batch',
    temperature: 1,
    schedule: 100_000,
  }),
  create(context) {
    const { hidden, size, norm, temperature: scale } = context.options;
    const direction = (queries: tf.Tensor2D, keys: tf.Tensor2D, mix?: BatchMix) => {
      if (!mix) return batchInfoNce(queries, keys, scale);
      const { loss, ...rest } = mixedInfoNce(queries, keys, mix, scale);
      return { loss: tf.mul<tf.Scalar>(loss, 2 * scale), ...rest };
    };
    const objective = new Bootstrap(context, 'moco-v3', {
      projection: headLayers([hidden], size, norm, 'batch-plain'),
      prediction: headLayers([hidden], size, norm),
      compare: ([q1, q2], [k1, k2], mix) => {
        const first = direction(q1, k2, mix);
        const second = direction(q2, k1, mix);
        return {
          loss: tf.add(first.loss, second.loss),
          metrics: { 'contrastive.accuracy': accuracy(first.logits, first.labels) },
        };
      },
    });
    const { encoder, options, seed } = context;
    return new ContrastiveLearner(withMixing(objective, options, seed), options, encoder);
  },
});
