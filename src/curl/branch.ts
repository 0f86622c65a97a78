import type { Snapshot } from '../base/index.ts';
import type { PixelEncoder, ProjectionHead } from '../encoders/index.ts';
import { Parameters, emaStep, type tf } from '../engine/index.ts';

/** An encoder with a projection head on its embedding: images `[B, H, W, C]` -> `[B, size]`. */
export class Branch {
  readonly encoder: PixelEncoder;
  readonly projection: ProjectionHead;
  readonly parameters: Parameters;

  constructor(encoder: PixelEncoder, projection: ProjectionHead) {
    this.encoder = encoder;
    this.projection = projection;
    this.parameters = Parameters.join({ encoder: encoder.parameters, projection: projection.parameters });
  }

  /** @param layers how many layers of the head to go through; all of them when absent */
  embed(images: tf.Tensor4D, layers?: number): tf.Tensor2D {
    return this.projection.apply(this.encoder.encode(images), layers);
  }
}

/** A branch that follows another one slowly, `copy <- m copy + (1 - m) online`; it starts equal to it. */
export class MomentumBranch {
  readonly #online: Branch;
  readonly #copy: Branch;

  constructor(online: Branch, copy: Branch) {
    this.#online = online;
    this.#copy = copy;
    this.#copy.parameters.copyFrom(online.parameters);
  }

  get parameters(): Parameters {
    return this.#copy.parameters;
  }

  follow(momentum: number): void {
    emaStep(this.#copy.parameters, this.#online.parameters, 1 - momentum);
  }

  embed(images: tf.Tensor4D): tf.Tensor2D {
    return this.#copy.embed(images);
  }
}

/** A snapshot of weights alone. */
export async function weightsOf(parameters: Parameters): Promise<Snapshot> {
  return { tensors: await parameters.save(), values: {} };
}
