import { z } from 'zod';
import { Random, joinSnapshots, partOf, type Snapshot } from '../../base/index.ts';
import {
  EmbeddingQueue,
  ProjectionHead,
  accuracy,
  headLayers,
  mixedInfoNce,
  normalise,
  ntXent,
  type BatchMix,
} from '../../encoders/index.ts';
import { tf, type Parameters } from '../../engine/index.ts';
import { Branch, MomentumBranch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import { ContrastiveLearner, defineEncoder } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { TWO_CROPS, fraction, headOptions, temperature } from './head-options.ts';
import { mixOptions, withMixing } from './mixing.ts';
import { PAPER_VIEWS } from './recipes.ts';
import { Siamese } from './siamese.ts';

const simclrOptions = headOptions.extend({ temperature: temperature.default(0.1), ...mixOptions });
const PAPER = { hidden: 2048, size: 128, norm: 'batch' } as const;

const simclrV2Options = simclrOptions.extend({
  memory: z
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe('embeddings of a momentum network kept as further negatives; 0: none'),
  momentum: fraction.default(0.999).describe('of the network that fills the memory'),
});
type SimclrV2Options = z.output<typeof simclrV2Options>;

/** NT-Xent with what is logged of it; mixed, its N-pair form, in which the first view looks for keys in the second. */
function compare(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  scale: number,
  { memory, mix }: { memory?: tf.Tensor2D; mix?: BatchMix },
): ObjectiveLoss {
  const { loss, logits, labels } = mix ? mixedInfoNce(a, b, mix, scale, memory) : ntXent(a, b, scale, memory);
  return { loss, metrics: { 'contrastive.accuracy': accuracy(logits, labels) } };
}

/**
 * SimCLR v2's memory (Chen et al., arXiv 2006.10029, section 2.1): projections by a momentum copy of network and head
 * wait in a queue and serve all samples as further negatives.
 */
class SimclrWithMemory implements Objective {
  readonly views = TWO_CROPS;
  readonly parameters: Parameters;
  readonly #branch: Branch;
  readonly #keys: MomentumBranch;
  readonly #queue: EmbeddingQueue;
  readonly #options: SimclrV2Options;
  #fresh: tf.Tensor2D | null = null;

  constructor(context: ObjectiveContext<SimclrV2Options>, head: () => ProjectionHead) {
    const { encoder, options, seed } = context;
    const random = Random.stream(seed, 'simclr-v2', 'memory');
    this.#options = options;
    this.#branch = new Branch(encoder, head());
    this.#keys = new MomentumBranch(this.#branch, new Branch(context.newEncoder(random), head()));
    this.#queue = new EmbeddingQueue(options.memory, options.size, random);
    this.parameters = this.#branch.parameters;
  }

  beforeStep([, second]: tf.Tensor4D[]): void {
    this.#keys.follow(this.#options.momentum);
    this.#fresh = normalise(this.#keys.embed(second));
  }

  loss([first, second]: tf.Tensor4D[], _samples?: Samples, mix?: BatchMix): ObjectiveLoss {
    const [a, b] = [this.#branch.embed(mix ? mix.apply(first) : first), this.#branch.embed(second)];
    const memory = this.#queue.rows;
    const { loss, metrics } = compare(a, b, this.#options.temperature, { memory, mix });
    return { loss, metrics: { ...metrics, 'queue.age': tf.scalar(this.#queue.age), ...health(a, b) } };
  }

  represent(images: tf.Tensor4D, layers: number): tf.Tensor2D {
    return this.#branch.embed(images, layers);
  }

  afterStep(): void {
    this.#queue.push(this.#fresh!);
    this.#fresh = null;
  }

  async state(): Promise<Snapshot> {
    return joinSnapshots({
      projection: await weightsOf(this.#branch.projection.parameters),
      keys: await weightsOf(this.#keys.parameters),
      queue: await this.#queue.state(),
    });
  }

  restore(snapshot: Snapshot): void {
    this.#branch.projection.parameters.load(partOf(snapshot, 'projection').tensors);
    this.#keys.parameters.load(partOf(snapshot, 'keys').tensors);
    this.#queue.restore(partOf(snapshot, 'queue'));
  }

  dispose(): void {
    this.#branch.projection.parameters.dispose();
    this.#keys.parameters.dispose();
    this.#queue.dispose();
  }
}

/** Makes a head of one linear layer after `depth` hidden ones; a batch-norm head ends with a scaling one, as theirs. */
function head(
  { encoder, options, seed }: ObjectiveContext<z.output<typeof simclrOptions>>,
  id: string,
  depth: number,
): () => ProjectionHead {
  const random = Random.stream(seed, id, 'weights');
  const { hidden, size, norm, splits } = options;
  const layers = headLayers(Array<number>(depth).fill(hidden), size, norm, 'batch-scale');
  return () => new ProjectionHead(encoder.head.size, layers, random, splits);
}

/** Registry entry of SimCLR (Chen et al., arXiv 2002.05709). */
export const simclr = defineEncoder({
  paperViews: PAPER_VIEWS.simclr,
  description: 'two crops, NT-Xent over all pairs of the batch, two-layer head (SimCLR)',
  options: withPresets(simclrOptions, PAPER),
  create(context) {
    const { encoder, options, seed } = context;
    const objective = new Siamese(encoder, head(context, 'simclr', 1)(), (a, b, mix) =>
      compare(a, b, options.temperature, { mix }),
    );
    return new ContrastiveLearner(withMixing(objective, options, seed), options, encoder);
  },
});

/** Registry entry of SimCLR v2 (Chen et al., arXiv 2006.10029). */
export const simclrV2 = defineEncoder({
  paperViews: PAPER_VIEWS['simclr-v2'],
  description: 'SimCLR with a three-layer head and, where asked, a momentum memory (SimCLR v2)',
  options: withPresets(simclrV2Options, { ...PAPER, memory: 65536 }),
  create(context) {
    const { encoder, options, seed } = context;
    const make = head(context, 'simclr-v2', 2);
    const objective =
      options.memory > 0
        ? new SimclrWithMemory(context, make)
        : new Siamese(encoder, make(), (a, b, mix) => compare(a, b, options.temperature, { mix }));
    return new ContrastiveLearner(withMixing(objective, options, seed), options, encoder);
  },
});
