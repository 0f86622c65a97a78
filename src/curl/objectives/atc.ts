import type { z } from 'zod';
import { Random, joinSnapshots, partOf, type Snapshot } from '../../base/index.ts';
import { ProjectionHead, headLayers, temporalInfoNce } from '../../encoders/index.ts';
import { Parameters, tf, uniform } from '../../engine/index.ts';
import { Branch, MomentumBranch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import { ContrastiveLearner, defineEncoder, learnerOptions } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples, View } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { count, fraction, headOptions } from './head-options.ts';
import { PAPER_VIEWS } from './recipes.ts';

const atcOptions = learnerOptions.extend({
  steps: count.default(1).describe('agent steps from the anchor to its positive'),
  hidden: headOptions.shape.hidden.default(512),
  size: headOptions.shape.size,
  momentum: fraction.default(0.99).describe('of the network that encodes positives'),
  clipNorm: learnerOptions.shape.clipNorm.default(10),
});
type AtcOptions = z.output<typeof atcOptions>;

/**
 * Augmented temporal contrast (Stooke et al., arXiv 2009.08319). An observation is to find the one `steps` later in its
 * episode. Both are compressed to codes, the later one by a momentum network; the anchor's code c predicts forward,
 * c + MLP(c), and a learned bilinear form compares. Rows whose episode ended in between have no positive.
 */
export class Atc implements Objective {
  readonly views: readonly View[];
  readonly parameters: Parameters;
  readonly #codes: Branch;
  readonly #targets: MomentumBranch;
  readonly #forward: ProjectionHead;
  readonly #bilinear: tf.Variable<tf.Rank.R2>;
  readonly #saved: Parameters;
  readonly #momentum: number;
  #positives: tf.Tensor2D | null = null;

  constructor({ encoder, newEncoder, options, seed }: ObjectiveContext<AtcOptions>) {
    const random = Random.stream(seed, 'atc', 'weights');
    const { hidden, size, steps, momentum } = options;
    const compress = () => new ProjectionHead(encoder.head.size, headLayers([], size, 'none'), random);
    this.views = [{ crop: 'agent' }, { crop: 'fresh', later: steps }];
    this.#momentum = momentum;
    this.#codes = new Branch(encoder, compress());
    this.#forward = new ProjectionHead(size, headLayers([hidden], size, 'none'), random);
    this.#targets = new MomentumBranch(this.#codes, new Branch(newEncoder(random), compress()));
    const own = new Parameters();
    const bound = 1 / Math.sqrt(size);
    this.#bilinear = own.add('bilinear', uniform<tf.Rank.R2>([size, size], -bound, bound, random));
    const rest = { forward: this.#forward.parameters, own };
    this.#saved = Parameters.join({ projection: this.#codes.projection.parameters, ...rest });
    this.parameters = Parameters.join({ codes: this.#codes.parameters, ...rest });
  }

  beforeStep([, later]: tf.Tensor4D[]): void {
    this.#targets.follow(this.#momentum);
    this.#positives = this.#targets.embed(later);
  }

  /** @param samples without it every row counts as having a positive */
  loss([anchors]: tf.Tensor4D[], samples?: Samples): ObjectiveLoss {
    const codes = this.#codes.embed(anchors);
    const predictions = tf.add<tf.Tensor2D>(codes, this.#forward.apply(codes));
    const positives = this.#positives!;
    const mask = samples ? tf.tensor1d(samples.valid[1]) : tf.ones<tf.Rank.R1>([codes.shape[0]]);
    const { loss, accuracy } = temporalInfoNce(predictions, positives, this.#bilinear as tf.Tensor2D, mask);
    return {
      loss,
      metrics: {
        'contrastive.accuracy': accuracy,
        'contrastive.masked': tf.sub(1, tf.mean(mask)),
        ...health(codes, positives),
      },
    };
  }

  afterStep(): void {
    this.#positives = null;
  }

  async state(): Promise<Snapshot> {
    return joinSnapshots({
      own: await weightsOf(this.#saved),
      targets: await weightsOf(this.#targets.parameters),
    });
  }

  restore(snapshot: Snapshot): void {
    this.#saved.load(partOf(snapshot, 'own').tensors);
    this.#targets.parameters.load(partOf(snapshot, 'targets').tensors);
  }

  dispose(): void {
    this.#saved.dispose();
    this.#targets.parameters.dispose();
  }
}

/** Registry entry of ATC; its own defaults are the paper's for control tasks. */
export const atc = defineEncoder({
  paperViews: PAPER_VIEWS.atc,
  description: 'an observation finds a later one of its episode, residual predictor, bilinear InfoNCE (ATC)',
  options: withPresets(atcOptions, {}),
  create: (context) => new ContrastiveLearner(new Atc(context), context.options, context.encoder),
});
