import { tf } from '../engine/index.ts';
import { defineAgent } from './agent.ts';
import type { AgentContext, Judgement, TransitionBatch } from './agent.ts';
import { actorLoss, criticLoss, criticTarget, tdErrors, temperatureLoss } from './sac-losses.ts';
import { SoftActorCritic, type ActorLoss } from './soft-actor-critic.ts';
import { continuousSize, observationTensor } from './spaces.ts';
import { sacOptions, type SacOptions } from './sac-options.ts';
import { boundLogStd, gaussianEntropy, squashedGaussian } from './squashed-gaussian.ts';
import { TwinCritic } from './twin-critic.ts';

/**
 * Soft actor-critic (Haarnoja et al., arXiv 1812.05905) for continuous actions: a tanh-Gaussian policy, twin critics of
 * an action, a learned temperature. Networks, gradient rule and the order of an update: `SoftActorCritic`.
 */
export class Sac extends SoftActorCritic<SacOptions, TwinCritic, tf.Tensor1D> {
  readonly views: { observations: number; nextObservations: number };
  readonly #actionSize: number;
  readonly #targetEntropy: number;

  constructor(context: AgentContext<SacOptions>) {
    const { options, task } = context;
    const actionSize = continuousSize(task);
    super(context, {
      name: 'sac',
      stream: 'noise',
      outputs: 2 * actionSize,
      critic: (features, random) => new TwinCritic(features, actionSize, options.hidden, random),
    });
    this.views = { observations: options.lossViews, nextObservations: options.targetViews };
    this.#actionSize = actionSize;
    this.#targetEntropy = options.targetEntropy ?? -actionSize;
  }

  act(observations: Uint8Array, count: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const noise = deterministic ? null : this.random.normals(count * this.#actionSize);
    return tf.tidy(() => {
      const x = observationTensor(observations, count, this.observation);
      const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(x));
      if (noise === null) return tf.tanh(mean).dataSync() as Float32Array;
      return squashedGaussian(mean, logStd, tf.tensor2d(noise, mean.shape)).action.dataSync() as Float32Array;
    }) as unknown as Float32Array;
  }

  /** The smaller Q of the mean action, and the entropy of the Gaussian before its tanh. */
  judge(observations: Uint8Array, count: number): Judgement {
    return tf.tidy(() => {
      const features = this.encoder.trunk.apply(observationTensor(observations, count, this.observation));
      const [mean, logStd] = this.#distribution(features);
      const [q1, q2] = this.critic.values(this.encoder.head.apply(features), tf.tanh(mean));
      return {
        value: tf.minimum(q1, q2).dataSync() as Float32Array,
        entropy: gaussianEntropy(logStd).dataSync() as Float32Array,
      };
    }) as unknown as Judgement;
  }

  /** The mean over all views of the next observations (DrQ, arXiv 2004.13649, eq. 1). */
  protected target(batch: TransitionBatch): tf.Tensor1D {
    const temperature: tf.Scalar = tf.exp(this.logTemperature);
    const targets = [batch.nextObservations, ...(batch.moreNextObservations ?? [])].map((images) => {
      const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(images));
      const next = squashedGaussian(mean, logStd, this.#normals(mean.shape));
      const [q1, q2] = this.targetCritic.values(this.targetEncoder.encode(images), next.action);
      const discount = batch.discounts ?? this.options.discount;
      return criticTarget(batch.rewards, batch.terminated, q1, q2, next.logProb, temperature, discount);
    });
    return average(targets);
  }

  /** The mean over all views of the observations (DrQ, eq. 3). */
  protected criticLoss(
    batch: TransitionBatch,
    embeddings: tf.Tensor2D,
    target: tf.Tensor1D,
    errors?: Float32Array,
  ): tf.Scalar {
    const more = (batch.moreObservations ?? []).map((images) => this.encoder.encode(images));
    const losses = [embeddings, ...more].map((view, k) => {
      const [q1, q2] = this.critic.values(view, batch.actions);
      if (k === 0) {
        this.measured.set('q.mean', tf.mean(tf.minimum(q1, q2)));
        errors?.set(tdErrors(q1, q2, target));
      }
      return criticLoss(q1, q2, target, batch.weights);
    });
    const loss = average(losses);
    this.measured.set('loss.critic', loss);
    return loss;
  }

  protected actorLoss(
    features: tf.Tensor2D,
    embeddings: tf.Tensor2D,
    temperature: tf.Scalar,
  ): () => ActorLoss<tf.Tensor1D> {
    const noise = this.#normals([features.shape[0], this.#actionSize]);
    return () => {
      const [mean, logStd] = this.#distribution(features);
      const { action, logProb } = squashedGaussian(mean, logStd, noise);
      const [q1, q2] = this.critic.values(embeddings, action);
      return { loss: actorLoss(logProb, q1, q2, temperature), policy: logProb };
    };
  }

  protected entropy(logProb: tf.Tensor1D): tf.Scalar {
    return tf.neg(tf.mean(logProb));
  }

  protected temperatureLoss(logProb: tf.Tensor1D): tf.Scalar {
    return temperatureLoss(this.logTemperature as tf.Scalar, logProb, this.#targetEntropy);
  }

  /** Mean and bounded log std of the policy, `[B, A]` each, from the convolutions' features. */
  #distribution(features: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    const [mean, raw] = tf.split(this.policyOutputs(features), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    return [mean, boundLogStd(raw, this.options.logStdMin, this.options.logStdMax)];
  }

  #normals(shape: [number, number]): tf.Tensor2D {
    return tf.tensor2d(this.random.normals(shape[0] * shape[1]), shape);
  }
}

/** The mean of tensors of one shape. */
function average<T extends tf.Tensor>(values: T[]): T {
  return values.length === 1 ? values[0] : tf.div(tf.addN(values), values.length);
}

/** Registry entry of soft actor-critic. */
export const sac = defineAgent({
  description: 'soft actor-critic for continuous actions, from pixels or states',
  actions: ['continuous'],
  options: sacOptions,
  create: (context) => new Sac(context),
});
