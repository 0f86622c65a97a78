import { z } from 'zod';
import { Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../../base/index.ts';
import {
  MemoryBank,
  ProjectionHead,
  blendRows,
  crossEntropy,
  headLayers,
  instanceNce,
  maskedMean,
  normalise,
  unnormalised,
} from '../../encoders/index.ts';
import { tf, type Parameters } from '../../engine/index.ts';
import { Branch, weightsOf } from '../branch.ts';
import { spread } from '../health.ts';
import { ContrastiveLearner, defineEncoder, learnerOptions } from '../learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples, View } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { count, fraction, headOptions, temperature } from './head-options.ts';
import { PAPER_VIEWS } from './recipes.ts';

const bankOptions = learnerOptions.extend({
  form: z.enum(['nce', 'softmax']).default('nce').describe('noise-contrastive, or softmax over all rows'),
  negatives: count.default(256).describe('rows drawn for the noise-contrastive form'),
  temperature: temperature.default(0.1),
  bankMomentum: fraction.default(0.5).describe('share of the old row in a new one'),
  size: headOptions.shape.size,
  norm: headOptions.shape.norm,
  splits: headOptions.shape.splits,
});
type BankOptions = z.output<typeof bankOptions>;

/**
 * Instance discrimination with a memory bank (Wu et al., arXiv 1805.01978) over the replay buffer: every transition is
 * a class of its own, its row the blended embeddings of its earlier visits. Rows are indexed by replay slot; a slot
 * that holds a new transition has no row until that one has been seen, and until then it is nobody's positive.
 */
export class InstanceDiscrimination implements Objective {
  readonly views: readonly View[] = [{ crop: 'agent' }];
  readonly parameters: Parameters;
  readonly #branch: Branch;
  readonly #bank: MemoryBank;
  readonly #options: BankOptions;
  readonly #random: Random;
  /**
   * Z / N of the noise-contrastive form: mean of exp(similarity / T) in the first batch that has rows, a constant from
   * then on. The number of rows N cancels out of the loss, so a growing bank changes nothing.
   */
  #meanExponential: number | null = null;
  #seen: { embeddings: tf.Tensor2D; samples: Samples } | null = null;

  constructor({ encoder, options, seed }: ObjectiveContext<BankOptions>) {
    const random = Random.stream(seed, 'memory-bank', 'weights');
    const { size, norm, splits } = options;
    const layers = headLayers([], size, norm, 'batch-plain');
    const head = new ProjectionHead(encoder.head.size, layers, random, splits);
    this.#options = options;
    this.#random = Random.stream(seed, 'memory-bank', 'negatives');
    this.#branch = new Branch(encoder, head);
    this.#bank = new MemoryBank(options.size);
    this.parameters = this.#branch.parameters;
  }

  /** @throws when the samples are not told: rows belong to replay slots */
  loss([images]: tf.Tensor4D[], samples?: Samples): ObjectiveLoss {
    if (!samples) throw new Error('A memory bank needs to know the replay slots of its batch.');
    const v = normalise(this.#branch.embed(images));
    this.#seen = { embeddings: tf.keep(v.clone()), samples };
    const valid = this.#bank.valid(samples);
    const live = this.#bank.live(samples.oldest);
    const mask = tf.tensor1d(valid);
    const { losses, hits, positive, negative } =
      this.#options.form === 'softmax'
        ? this.#softmax(v, samples.slots, valid, live)
        : this.#nce(v, samples.slots, valid, live);
    return {
      loss: maskedMean(losses, mask),
      metrics: {
        'contrastive.accuracy': maskedMean(hits, mask),
        'bank.rows': tf.scalar(live.length),
        'bank.known': tf.mean(mask),
        'bank.age': tf.scalar(this.#bank.age(live)),
        ...spread(v),
        'similarity.positive': maskedMean(positive, mask),
        'similarity.negative': negative,
      },
    };
  }

  /** Losses, hits and similarities to their own rows `[B]`, against all live rows; mean similarity to those. */
  #softmax(v: tf.Tensor2D, slots: Int32Array, valid: Float32Array, live: Int32Array) {
    const place = new Map(Array.from(live, (slot, i) => [slot, i]));
    const labels = tf.tensor1d(
      Array.from(slots, (slot, i) => (valid[i] ? place.get(slot)! : 0)),
      'int32',
    );
    // Before there is a row, one of zeros keeps shapes whole; no sample counts then.
    const candidates = live.length > 0 ? live : Int32Array.of(0);
    const rows = tf.tensor2d(this.#bank.read(candidates), [candidates.length, this.#options.size]);
    const similarities = tf.matMul(v, rows, false, true) as tf.Tensor2D;
    const logits = tf.div<tf.Tensor2D>(similarities, this.#options.temperature);
    return {
      losses: crossEntropy(logits, labels),
      hits: tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32') as tf.Tensor1D,
      positive: tf.sum(tf.mul(v, tf.gather(rows, labels)), 1) as tf.Tensor1D,
      negative: tf.mean(similarities) as tf.Scalar,
    };
  }

  /** The same against rows drawn for the whole batch. */
  #nce(v: tf.Tensor2D, slots: Int32Array, valid: Float32Array, live: Int32Array) {
    const { negatives, size, temperature: scale } = this.#options;
    const drawn = Int32Array.from({ length: negatives }, () =>
      live.length > 0 ? live[this.#random.integer(live.length)] : 0,
    );
    const own = tf.tensor2d(this.#bank.read(slots), [slots.length, size]);
    const others = tf.tensor2d(this.#bank.read(drawn), [negatives, size]);
    const positive: tf.Tensor1D = tf.sum(tf.mul(v, own), 1);
    const rejected = tf.matMul(v, others, false, true) as tf.Tensor2D;
    if (this.#meanExponential === null && valid.some((known) => known === 1))
      this.#meanExponential = tf.mean(unnormalised(rejected, scale)).dataSync()[0];
    const rows = Math.max(1, live.length);
    const losses = instanceNce(positive, rejected, {
      temperature: scale,
      rows,
      z: rows * (this.#meanExponential ?? 1),
    });
    return {
      losses,
      hits: tf.cast(tf.greater(positive, tf.max(rejected, 1)), 'float32') as tf.Tensor1D,
      positive,
      negative: tf.mean(rejected) as tf.Scalar,
    };
  }

  afterStep(): void {
    const { embeddings, samples } = this.#seen!;
    const known = this.#bank.valid(samples);
    tf.tidy(() => {
      const old = tf.tensor2d(this.#bank.read(samples.slots), embeddings.shape);
      // A row of another transition counts for nothing: the new one starts from the embedding alone.
      const kept = tf.mul<tf.Tensor2D>(old, tf.tensor2d(known, [known.length, 1]));
      this.#bank.write(samples, blendRows(kept, embeddings, this.#options.bankMomentum).dataSync());
    });
    embeddings.dispose();
    this.#seen = null;
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      projection: await weightsOf(this.#branch.projection.parameters),
      bank: this.#bank.state(),
    });
    snapshot.values.meanExponential = this.#meanExponential;
    snapshot.values.random = { ...this.#random.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#branch.projection.parameters.load(partOf(snapshot, 'projection').tensors);
    this.#bank.restore(partOf(snapshot, 'bank'));
    this.#meanExponential = snapshot.values.meanExponential as number | null;
    this.#random.restore(snapshot.values.random as unknown as RandomState);
  }

  dispose(): void {
    this.#branch.projection.parameters.dispose();
  }
}

/** Registry entry of instance discrimination. */
export const memoryBank = defineEncoder({
  paperViews: PAPER_VIEWS['memory-bank'],
  description: 'every replayed observation finds its own row in a bank of earlier embeddings (memory bank)',
  options: withPresets(bankOptions, { negatives: 4096, temperature: 0.07, norm: 'none' }),
  create: (context) =>
    new ContrastiveLearner(new InstanceDiscrimination(context), context.options, context.encoder),
});
