import { z } from 'zod';
import { joinSnapshots, partOf, type Checkpointable, type Snapshot } from '../base/index.ts';
import { Adam, Measurements, clipByGlobalNorm, lossAndGradients, tf } from '../engine/index.ts';
import type { PixelEncoder } from '../encoders/index.ts';
import type { LearnerOptions, Objective, ObjectiveContext, Samples, View } from './objective.ts';
import type { ViewRecipe } from './objectives/recipes.ts';

/** Options that every objective shares. */
export const learnerOptions = z.strictObject({
  learningRate: z.number().positive().default(1e-3).describe("step size of the objective's Adam"),
  every: z.number().int().positive().default(1).describe('agent updates between objective updates'),
  clipNorm: z
    .number()
    .positive()
    .optional()
    .describe('gradients are scaled down to this joint norm; as they are when absent'),
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
  readonly #optimiser: Adam;
  readonly #encoderOptimiser: Adam | null;
  readonly #encoderParameters: number[];
  readonly #measured = new Measurements();
  #updates = 0;

  constructor(objective: Objective, options: LearnerOptions, encoder: PixelEncoder) {
    this.#objective = objective;
    this.#options = options;
    this.#optimiser = new Adam(objective.parameters, { learningRate: options.learningRate });
    const shared = new Set(encoder.parameters.variables);
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
   * One step on the objective's views; numbers come back only when `log` is set.
   * @param options `samples`: where the views come from, for objectives that want to know
   */
  update(
    views: tf.Tensor4D[],
    { log, samples }: { log: boolean; samples?: Samples },
  ): Record<string, number> | null {
    if (this.#updates++ % this.#options.every === 0) tf.tidy(() => this.#step(views, samples));
    return log ? this.#measured.read() : null;
  }

  #step(views: tf.Tensor4D[], samples?: Samples): void {
    const { clipNorm } = this.#options;
    this.#objective.beforeStep?.(views);
    const { loss, gradients: raw } = lossAndGradients(() => {
      const { loss, metrics } = this.#objective.loss(views, samples);
      for (const [name, value] of Object.entries(metrics)) this.#measured.set(name, value);
      return loss;
    }, this.#objective.parameters);
    const gradients = clipNorm === undefined ? raw : clipByGlobalNorm(raw, clipNorm).clipped;
    this.#encoderOptimiser?.apply(this.#encoderParameters.map((i) => gradients[i]));
    this.#optimiser.apply(gradients);
    this.#objective.afterStep();
    this.#measured.set('loss.contrastive', loss);
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
