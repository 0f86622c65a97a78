import type { Snapshot } from '../../base/index.ts';
import type { BatchMix, PixelEncoder, ProjectionHead } from '../../encoders/index.ts';
import type { Parameters, tf } from '../../engine/index.ts';
import { Branch, weightsOf } from '../branch.ts';
import { health } from '../health.ts';
import type { Objective, ObjectiveLoss, Samples } from '../objective.ts';
import { TWO_CROPS } from './head-options.ts';

/** Compares the projections `[B, D]` of two views, the first of which may be mixed. */
export type Compare = (a: tf.Tensor2D, b: tf.Tensor2D, mix?: BatchMix) => ObjectiveLoss;

/** Objectives that keep no state: both views go through the same encoder and head, and a loss compares them. */
export class Siamese implements Objective {
  readonly views = TWO_CROPS;
  readonly parameters: Parameters;
  readonly #branch: Branch;
  readonly #compare: Compare;

  constructor(encoder: PixelEncoder, projection: ProjectionHead, compare: Compare) {
    this.#branch = new Branch(encoder, projection);
    this.#compare = compare;
    this.parameters = this.#branch.parameters;
  }

  loss([first, second]: tf.Tensor4D[], _samples?: Samples, mix?: BatchMix): ObjectiveLoss {
    const [a, b] = [this.#branch.embed(mix ? mix.apply(first) : first), this.#branch.embed(second)];
    const { loss, metrics } = this.#compare(a, b, mix);
    return { loss, metrics: { ...metrics, ...health(a, b) } };
  }

  represent(images: tf.Tensor4D, layers: number): tf.Tensor2D {
    return this.#branch.embed(images, layers);
  }

  afterStep(): void {
    // There is no state beside the weights.
  }

  state(): Promise<Snapshot> {
    return weightsOf(this.#branch.projection.parameters);
  }

  restore(snapshot: Snapshot): void {
    this.#branch.projection.parameters.load(snapshot.tensors);
  }

  dispose(): void {
    this.#branch.projection.parameters.dispose();
  }
}
