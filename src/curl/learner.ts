import { z } from 'zod';
import { InputError, joinSnapshots, partOf, type Checkpointable, type Snapshot } from '../base/index.ts';
import {
  Adam,
  Measurements,
  clipByGlobalNorm,
  lossAndGradients,
  tf,
  type Parameters,
} from '../engine/index.ts';
import type { PixelEncoder } from '../encoders/index.ts';
import type { LearnerOptions, Objective, ObjectiveContext, Samples, View } from './objective.ts';
import type { ViewRecipe } from './objectives/recipes.ts';

/** Options that every objective shares. */
export const learnerOptions = z.strictObject({
  learningRate: z.number().positive().default(1e-3).describe("step size of the objective's Adam"),
  every: z.number().int().positive().default(1).describe('agent updates between objective updates'),
  weight: z.number().positive().default(1).describe("factor of the loss where the agent's update is joint"),
  clipNorm: z
    .number()
    .positive()
    .optional()
    .describe(
      "gradients are scaled down to this joint norm, as they are when absent; in a joint update those of the objective's own weights",
    ),
});

/** The same with the option that only CURL's reference code needs. */
export const curlLearnerOptions = learnerOptions.extend({
  doubleStep: z
    .boolean()
    .default(false)
    .describe(
      'step the encoder a second time with the same gradient, as the CURL reference does (see docs/curl.md)',
    ),
});

/** Trains an objective beside an agent: one Adam over the shared encoder and the objective's own weights. */
export class ContrastiveLearner implements Checkpointable {
  readonly #objective: Objective;
  readonly #options: LearnerOptions;
  /** What it trains beside the shared encoder. */
  readonly #own: Parameters;
  #optimiser: Adam;
  readonly #encoderOptimiser: Adam | null;
  readonly #encoderParameters: number[];
  readonly #measured = new Measurements();
  #updates = 0;

  constructor(objective: Objective, options: LearnerOptions, encoder: PixelEncoder) {
    this.#objective = objective;
    this.#options = options;
    this.#optimiser = new Adam(objective.parameters, { learningRate: options.learningRate });
    const shared = new Set(encoder.parameters.variables);
    this.#own = objective.parameters.filter((variable) => !shared.has(variable));
    this.#encoderParameters = objective.parameters.variables.flatMap((variable, i) =>
      shared.has(variable) ? [i] : [],
    );
    this.#encoderOptimiser = options.doubleStep
      ? new Adam(encoder.parameters, { learningRate: options.learningRate })
      : null;
  }

  get views(): readonly View[] {
    return this.#objective.views;
  }

  /**
   * What a task may be fine-tuned from: images through the encoder and the first `layers` layers of the objective's
   * head; `ownParameters` holds the head's weights. @throws where the objective has no head to go through
   */
  represent(images: tf.Tensor4D, layers = 0): tf.Tensor2D {
    if (!this.#objective.represent) throw new Error('This objective gives no layers of its head.');
    return this.#objective.represent(images, layers);
  }

  /** The objective's own weights, such as those of its head. */
  get ownParameters(): Parameters {
    return this.#own;
  }

  /**
   * One step on the objective's views; numbers come back only when `log` is set.
   * @param options `samples`: where the views come from, for objectives that want to know
   */
  update(
    views: tf.Tensor4D[],
    { log, samples }: { log: boolean; samples?: Samples },
  ): Record<string, number> | null {
    if (this.#updates++ % this.#options.every === 0) tf.tidy(() => this.#step(views, samples));
    return log ? this.metrics() : null;
  }

  #step(views: tf.Tensor4D[], samples?: Samples): void {
    this.#objective.beforeStep?.(views);
    const { loss, gradients: raw } = lossAndGradients(() => {
      const { loss, metrics } = this.#objective.loss(views, samples);
      this.#measure(metrics);
      return loss;
    }, this.#objective.parameters);
    const gradients = this.#clipped(raw);
    this.#encoderOptimiser?.apply(this.#encoderParameters.map((i) => gradients[i]));
    this.#optimiser.apply(gradients);
    this.#objective.afterStep();
    this.#measured.set('loss.contrastive', loss);
  }

  /**
   * Leaves the encoder to the agent from now on, whose update takes the loss in (see `auxiliary`).
   * @throws InputError for `doubleStep`, which has no meaning then
   */
  join(): void {
    const { doubleStep, learningRate } = this.#options;
    if (doubleStep) {
      throw new InputError(
        'encoder.doubleStep needs agent.update: reference; in a joint update the encoder has one step for all losses.',
      );
    }
    this.#optimiser.dispose();
    this.#optimiser = new Adam(this.#own, { learningRate });
  }

  /** The loss on these views as a part of the agent's update; null where none is due. */
  auxiliary(views: tf.Tensor4D[], samples?: Samples) {
    if (this.#updates++ % this.#options.every !== 0) return null;
    return {
      parameters: this.#own,
      before: () => this.#objective.beforeStep?.(views),
      loss: (): tf.Scalar => {
        const { loss, metrics } = this.#objective.loss(views, samples);
        this.#measure({ ...metrics, 'loss.contrastive': loss });
        return tf.mul(loss, this.#options.weight);
      },
      step: (gradients: tf.Tensor[]) => {
        if (gradients.length > 0) this.#optimiser.apply(this.#clipped(gradients));
        this.#objective.afterStep();
      },
    };
  }

  /** Sets the learning rate to this part of what the options say. */
  scaleLearningRate(factor: number): void {
    for (const optimiser of [this.#optimiser, this.#encoderOptimiser])
      if (optimiser) optimiser.learningRate = factor * this.#options.learningRate;
  }

  #clipped(gradients: tf.Tensor[]): tf.Tensor[] {
    const { clipNorm } = this.#options;
    return clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm).clipped;
  }

  #measure(metrics: Record<string, tf.Scalar>): void {
    for (const [name, value] of Object.entries(metrics)) this.#measured.set(name, value);
  }

  /** The newest numbers. */
  metrics(): Record<string, number> {
    return this.#measured.read();
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      objective: await this.#objective.state(),
      optimiser: await this.#optimiser.state(),
      ...(this.#encoderOptimiser && { encoder_optimiser: await this.#encoderOptimiser.state() }),
    });
    snapshot.values.updates = this.#updates;
    snapshot.values.measured = this.#measured.read();
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#objective.restore(partOf(snapshot, 'objective'));
    this.#optimiser.restore(partOf(snapshot, 'optimiser'));
    this.#encoderOptimiser?.restore(partOf(snapshot, 'encoder_optimiser'));
    this.#updates = snapshot.values.updates as number;
    this.#measured.restore(snapshot.values.measured as Record<string, number>);
  }

  dispose(): void {
    this.#objective.dispose();
    this.#measured.dispose();
    this.#optimiser.dispose();
    this.#encoderOptimiser?.dispose();
  }
}

/** A way to train the encoder beside the agent that experiments can name; null where nothing is trained. */
export interface EncoderEntry<Options = unknown> {
  description: string;
  options: z.ZodType<Options>;
  /** What the preset `paper` does to the views, where the experiment says nothing of it. */
  paperViews?: ViewRecipe;
  create(context: ObjectiveContext<Options>): ContrastiveLearner | null;
}

/** Fills in the options' types of a registry entry. */
export function defineEncoder<Options>(entry: EncoderEntry<Options>): EncoderEntry<Options> {
  return entry;
}
