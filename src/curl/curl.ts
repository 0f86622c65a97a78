import { z } from 'zod';
import { Random, type Snapshot } from '../base/index.ts';
import {
  bilinearInfoNce,
  contrastiveAccuracy,
  mixedCrossEntropy,
  type BatchMix,
  type PixelEncoder,
} from '../encoders/index.ts';
import { Parameters, orthogonal, stopGradient, tf, uniform } from '../engine/index.ts';
import { health } from './health.ts';
import { ContrastiveLearner, curlLearnerOptions, defineEncoder } from './learner.ts';
import type { Objective, ObjectiveContext, ObjectiveLoss, Samples, View } from './objective.ts';
import { mixOptions, withMixing } from './objectives/mixing.ts';

const options = curlLearnerOptions.extend({
  initialBilinear: z
    .enum(['uniform', 'orthogonal', 'identity'])
    .default('uniform')
    .describe(
      'W at the start: uniform in [0, 1) as the reference has it, orthogonal, or the identity, which learns soonest',
    ),
  ...mixOptions,
});

type CurlOptions = z.output<typeof options>;

/**
 * Contrastive unsupervised representations for RL (Srinivas et al., arXiv 2004.04136). Anchor and positive are two
 * random crops of the same observations. The anchor is encoded by the agent's encoder, the positive by its momentum
 * copy without gradient, and the two are compared by a learned bilinear form W. The agent moves the momentum copy
 * (`encoderTau`), since it is also the target critic's encoder.
 */
export class Curl implements Objective {
  readonly views: readonly View[] = [{ crop: 'agent' }, { crop: 'fresh' }];
  readonly parameters: Parameters;
  readonly #encoder: PixelEncoder;
  readonly #keyEncoder: PixelEncoder;
  readonly #own = new Parameters();
  readonly #bilinear: tf.Variable<tf.Rank.R2>;

  constructor({ encoder, targetEncoder, options: { initialBilinear }, seed }: ObjectiveContext<CurlOptions>) {
    const random = Random.stream(seed, 'curl', 'weights');
    const shape = [encoder.head.size, encoder.head.size];
    this.#encoder = encoder;
    this.#keyEncoder = targetEncoder;
    this.#bilinear = this.#own.add(
      'bilinear',
      initialBilinear === 'uniform'
        ? uniform<tf.Rank.R2>(shape, 0, 1, random)
        : initialBilinear === 'identity'
          ? tf.eye(encoder.head.size)
          : orthogonal<tf.Rank.R2>(shape, 1, random),
    );
    this.parameters = Parameters.join({ encoder: encoder.parameters, curl: this.#own });
  }

  loss([anchors, positives]: tf.Tensor4D[], _samples?: Samples, mix?: BatchMix): ObjectiveLoss {
    const queries = this.#encoder.encode(mix ? mix.apply(anchors) : anchors);
    const keys = stopGradient(this.#keyEncoder.encode(positives));
    const { loss, logits } = bilinearInfoNce(queries, keys, this.#bilinear as tf.Tensor2D);
    return {
      loss: mix ? mixedCrossEntropy(logits, mix) : loss,
      metrics: { 'contrastive.accuracy': contrastiveAccuracy(logits), ...health(queries, keys) },
    };
  }

  afterStep(): void {
    // The agent's target update moves the key encoder.
  }

  async state(): Promise<Snapshot> {
    return { tensors: await this.#own.save(), values: {} };
  }

  restore(snapshot: Snapshot): void {
    this.#own.load(snapshot.tensors);
  }

  dispose(): void {
    this.#own.dispose();
  }
}

/** Registry entry of CURL. */
export const curl = defineEncoder({
  description: 'two crops, momentum key encoder, bilinear InfoNCE (CURL)',
  options,
  create(context) {
    const { encoder, options, seed } = context;
    return new ContrastiveLearner(withMixing(new Curl(context), options, seed), options, encoder);
  },
});
