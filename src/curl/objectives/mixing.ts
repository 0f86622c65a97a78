import { z } from 'zod';
import { Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../../base/index.ts';
import { drawMix, type BatchMix, type MixOptions } from '../../encoders/index.ts';
import type { Parameters, tf } from '../../engine/index.ts';
import type { Objective, ObjectiveLoss, Samples, View } from '../objective.ts';

/** Options of objectives that can mix their queries. */
export const mixOptions = {
  mix: z
    .enum(['none', 'mixup', 'cutmix'])
    .default('none')
    .describe('mix the queries of the batch with each other, with the mixed loss of i-Mix'),
  mixAlpha: z.number().positive().default(1).describe('shares of a mixture are drawn from Beta(this, this)'),
};

/**
 * i-Mix around an objective (Lee et al., arXiv 2010.08887): every update draws a mixture, the objective sees the
 * images of its queries through it and compares them with the keys of both their samples. Keys are not mixed.
 */
class Mixing implements Objective {
  readonly views: readonly View[];
  readonly parameters: Parameters;
  readonly #objective: Objective;
  readonly #options: MixOptions;
  readonly #random: Random;
  #mix: BatchMix | null = null;

  constructor(objective: Objective, options: MixOptions, seed: number) {
    this.views = objective.views;
    this.parameters = objective.parameters;
    this.#objective = objective;
    this.#options = options;
    this.#random = Random.stream(seed, 'i-mix');
  }

  beforeStep(views: tf.Tensor4D[]): void {
    this.#mix = drawMix(this.#random, views[0].shape, this.#options);
    this.#objective.beforeStep?.(views);
  }

  loss(views: tf.Tensor4D[], samples?: Samples): ObjectiveLoss {
    return this.#objective.loss(views, samples, this.#mix ?? undefined);
  }

  afterStep(): void {
    this.#mix = null;
    this.#objective.afterStep();
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({ objective: await this.#objective.state() });
    snapshot.values.mixing = { ...this.#random.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#objective.restore(partOf(snapshot, 'objective'));
    this.#random.restore(snapshot.values.mixing as unknown as RandomState);
  }

  dispose(): void {
    this.#objective.dispose();
  }
}

/** The objective itself, or with mixed queries where its options say so. */
export function withMixing(
  objective: Objective,
  { mix, mixAlpha }: { mix: 'none' | MixOptions['mix']; mixAlpha: number },
  seed: number,
): Objective {
  return mix === 'none' ? objective : new Mixing(objective, { mix, mixAlpha }, seed);
}
