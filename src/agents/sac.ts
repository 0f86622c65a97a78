import { Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import { PixelEncoder } from '../encoders/index.ts';
import {
  Adam,
  Measurements,
  MultilayerPerceptron,
  Parameters,
  emaStep,
  lossAndGradients,
  tf,
} from '../engine/index.ts';
import { defineAgent } from './agent.ts';
import type {
  Agent,
  AgentContext,
  AuxiliaryLoss,
  Judgement,
  Metrics,
  ObservationSpace,
  TransitionBatch,
  UpdateOptions,
} from './agent.ts';
import { actorLoss, criticLoss, criticTarget, tdErrors, temperatureLoss } from './sac-losses.ts';
import { continuousSize, imageShape, observationTensor } from './spaces.ts';
import { sacOptions, type SacOptions } from './sac-options.ts';
import { boundLogStd, gaussianEntropy, squashedGaussian } from './squashed-gaussian.ts';
import { TwinCritic } from './twin-critic.ts';

/**
 * Soft actor-critic (Haarnoja et al., arXiv 1812.05905) in the form of SAC+AE and CURL
 * (Yarats et al., arXiv 1910.01741; Srinivas et al., arXiv 2004.04136).
 *
 * Gradient rule: the critic's loss trains the convolutions and the critic's head. Actor and critic share the
 * convolutions, the actor has a head of its own, and its loss stops at the convolutions' output.
 *
 * Two orders of an update, `options.update`:
 * - `reference`: critic, then actor and temperature with the critic's new weights, then the targets follow; a
 *   contrastive objective makes its own step afterwards.
 * - `joint`: the observations go through the convolutions once. Critic, actor and objective all see the weights before
 *   the update, and the objective's loss is added to the critic's, for one backward pass and one Adam step.
 */
export class Sac implements Agent {
  readonly encoder: PixelEncoder;
  readonly targetEncoder: PixelEncoder;
  readonly joint: boolean;
  readonly views: { observations: number; nextObservations: number };
  readonly #options: SacOptions;
  readonly #targetEntropy: number;
  readonly #observation: ObservationSpace;
  readonly #actionSize: number;
  readonly #actorHead;
  readonly #policy: MultilayerPerceptron;
  readonly #critic: TwinCritic;
  readonly #targetCritic: TwinCritic;
  readonly #logTemperature: tf.Variable<tf.Rank.R0>;
  readonly #networks: Parameters;
  readonly #actorParameters: Parameters;
  readonly #criticParameters: Parameters;
  readonly #temperatureParameters = new Parameters();
  readonly #actorOptimiser: Adam;
  readonly #criticOptimiser: Adam;
  readonly #temperatureOptimiser: Adam;
  readonly #noise: Random;
  readonly #measured = new Measurements();
  #updates = 0;

  constructor({ task, options, backbone, backboneOptions, seed }: AgentContext<SacOptions>) {
    const random = Random.stream(seed, 'sac', 'weights');
    this.#noise = Random.stream(seed, 'sac', 'noise');
    this.#options = options;
    this.joint = options.update === 'joint';
    this.views = { observations: options.lossViews, nextObservations: options.targetViews };
    this.#observation = task.observation;
    const actionSize = (this.#actionSize = continuousSize(task));
    this.#targetEntropy = options.targetEntropy ?? -actionSize;

    const newHead = (features: number) => backbone.head(backboneOptions, features, random);
    const newEncoder = () => {
      const trunk = backbone.trunk(backboneOptions, imageShape(task.observation), random);
      return new PixelEncoder(trunk, newHead(trunk.size));
    };
    this.encoder = newEncoder();
    this.targetEncoder = newEncoder();
    this.#actorHead = newHead(this.encoder.trunk.size);
    const features = this.encoder.head.size;
    this.#policy = new MultilayerPerceptron(
      [features, options.hidden, options.hidden, 2 * actionSize],
      random,
    );
    this.#critic = new TwinCritic(features, actionSize, options.hidden, random);
    this.#targetCritic = new TwinCritic(features, actionSize, options.hidden, null);
    this.targetEncoder.parameters.copyFrom(this.encoder.parameters);
    this.#targetCritic.parameters.copyFrom(this.#critic.parameters);
    this.#logTemperature = this.#temperatureParameters.add(
      'log_temperature',
      tf.scalar(Math.log(options.initialTemperature)),
    );

    this.#actorParameters = Parameters.join({
      head: this.#actorHead.parameters,
      policy: this.#policy.parameters,
    });
    this.#criticParameters = Parameters.join({
      encoder: this.encoder.parameters,
      critic: this.#critic.parameters,
    });
    this.#networks = Parameters.join({
      actor: this.#actorParameters,
      critic: this.#criticParameters,
      target_encoder: this.targetEncoder.parameters,
      target_critic: this.#targetCritic.parameters,
      temperature: this.#temperatureParameters,
    });
    this.#actorOptimiser = new Adam(this.#actorParameters, { learningRate: options.actorLearningRate });
    this.#criticOptimiser = new Adam(this.#criticParameters, { learningRate: options.criticLearningRate });
    this.#temperatureOptimiser = new Adam(this.#temperatureParameters, {
      learningRate: options.temperatureLearningRate,
      beta1: options.temperatureBeta1,
    });
  }

  act(observations: Uint8Array, batch: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const noise = deterministic ? null : this.#noise.normals(batch * this.#actionSize);
    return tf.tidy(() => {
      const x = observationTensor(observations, batch, this.#observation);
      const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(x));
      if (noise === null) return tf.tanh(mean).dataSync() as Float32Array;
      return squashedGaussian(mean, logStd, tf.tensor2d(noise, mean.shape)).action.dataSync() as Float32Array;
    }) as unknown as Float32Array;
  }

  /** The smaller Q of the mean action, and the entropy of the Gaussian before its tanh. */
  judge(observations: Uint8Array, count: number): Judgement {
    return tf.tidy(() => {
      const features = this.encoder.trunk.apply(observationTensor(observations, count, this.#observation));
      const [mean, logStd] = this.#distribution(features);
      const [q1, q2] = this.#critic.values(this.encoder.head.apply(features), tf.tanh(mean));
      return {
        value: tf.minimum(q1, q2).dataSync() as Float32Array,
        entropy: gaussianEntropy(logStd).dataSync() as Float32Array,
      };
    }) as unknown as Judgement;
  }

  update(batch: TransitionBatch, { log, errors, auxiliary }: UpdateOptions): Metrics | null {
    const { actorEvery, targetEvery, criticTau, encoderTau } = this.#options;
    const actorIsDue = this.#updates % actorEvery === 0;
    tf.tidy(() => {
      if (this.joint) this.#updateJointly(batch, actorIsDue, errors, auxiliary ?? null);
      else this.#updateInTurn(batch, actorIsDue, errors);
      if (this.#updates % targetEvery === 0) {
        emaStep(this.#targetCritic.parameters, this.#critic.parameters, criticTau);
        emaStep(this.targetEncoder.parameters, this.encoder.parameters, encoderTau);
      }
    });
    this.#updates++;
    return log ? this.#measured.read() : null;
  }

  scaleLearningRates(factor: number): void {
    const { actorLearningRate, criticLearningRate, temperatureLearningRate } = this.#options;
    this.#actorOptimiser.learningRate = factor * actorLearningRate;
    this.#criticOptimiser.learningRate = factor * criticLearningRate;
    this.#temperatureOptimiser.learningRate = factor * temperatureLearningRate;
  }

  #updateInTurn(batch: TransitionBatch, actorIsDue: boolean, errors?: Float32Array): void {
    const target = this.#target(batch);
    const { gradients } = lossAndGradients(() => {
      return this.#criticLoss(batch, this.encoder.encode(batch.observations), target, errors);
    }, this.#criticParameters);
    this.#criticOptimiser.apply(gradients);
    if (!actorIsDue) return;
    // Both passes stop at the convolutions, so one forward of them serves the actor and the critic.
    const features = this.encoder.trunk.apply(batch.observations);
    this.#updateActorAndTemperature(features, this.encoder.head.apply(features));
  }

  #updateJointly(
    batch: TransitionBatch,
    actorIsDue: boolean,
    errors: Float32Array | undefined,
    auxiliary: AuxiliaryLoss | null,
  ): void {
    const target = this.#target(batch);
    auxiliary?.before();
    const shared: { features?: tf.Tensor2D; embeddings?: tf.Tensor2D } = {};
    const { gradients } = lossAndGradients(
      () => {
        const features = this.encoder.trunk.apply(batch.observations);
        const embeddings = this.encoder.head.apply(features);
        // Kept beyond the gradient's scope, for the actor.
        Object.assign(shared, { features: tf.keep(features), embeddings: tf.keep(embeddings) });
        const loss = this.#criticLoss(batch, embeddings, target, errors);
        if (!auxiliary) return loss;
        return tf.add(
          loss,
          this.encoder.knowing(batch.observations, embeddings, () => auxiliary.loss()),
        );
      },
      Parameters.join({ own: this.#criticParameters, ...(auxiliary && { auxiliary: auxiliary.parameters }) }),
    );
    const { features, embeddings } = shared as Required<typeof shared>;
    if (actorIsDue) this.#updateActorAndTemperature(features, embeddings);
    const own = this.#criticParameters.variables.length;
    this.#criticOptimiser.apply(gradients.slice(0, own));
    auxiliary?.step(gradients.slice(own));
    tf.dispose([features, embeddings]);
  }

  /** The Bellman target `[B]`, the mean over all views of the next observations (DrQ, arXiv 2004.13649, eq. 1). */
  #target(batch: TransitionBatch): tf.Tensor1D {
    const temperature: tf.Scalar = tf.exp(this.#logTemperature);
    const targets = [batch.nextObservations, ...(batch.moreNextObservations ?? [])].map((images) => {
      const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(images));
      const next = squashedGaussian(mean, logStd, this.#normals(mean.shape));
      const [q1, q2] = this.#targetCritic.values(this.targetEncoder.encode(images), next.action);
      const discount = batch.discounts ?? this.#options.discount;
      return criticTarget(batch.rewards, batch.terminated, q1, q2, next.logProb, temperature, discount);
    });
    return average(targets);
  }

  /** The critic's loss, the mean over all views of the observations (DrQ, eq. 3). */
  #criticLoss(
    batch: TransitionBatch,
    embeddings: tf.Tensor2D,
    target: tf.Tensor1D,
    errors?: Float32Array,
  ): tf.Scalar {
    const more = (batch.moreObservations ?? []).map((images) => this.encoder.encode(images));
    const losses = [embeddings, ...more].map((view, k) => {
      const [q1, q2] = this.#critic.values(view, batch.actions);
      if (k === 0) {
        this.#measured.set('q.mean', tf.mean(tf.minimum(q1, q2)));
        errors?.set(tdErrors(q1, q2, target));
      }
      return criticLoss(q1, q2, target, batch.weights);
    });
    const loss = average(losses);
    this.#measured.set('loss.critic', loss);
    return loss;
  }

  /** @param features, embeddings of the observations, as constants */
  #updateActorAndTemperature(features: tf.Tensor2D, embeddings: tf.Tensor2D): void {
    const temperature: tf.Scalar = tf.exp(this.#logTemperature);
    const noise = this.#normals([features.shape[0], this.#actionSize]);
    let logProb: tf.Tensor1D | undefined;

    const { loss, gradients } = lossAndGradients(() => {
      const [mean, logStd] = this.#distribution(features);
      const sampled = squashedGaussian(mean, logStd, noise);
      // Kept beyond the gradient's scope: the temperature needs it as a constant.
      logProb = tf.keep(sampled.logProb);
      const [q1, q2] = this.#critic.values(embeddings, sampled.action);
      return actorLoss(sampled.logProb, q1, q2, temperature);
    }, this.#actorParameters);
    this.#actorOptimiser.apply(gradients);
    this.#measured.set('loss.actor', loss);

    const constantLogProb = logProb!;
    this.#measured.set('entropy', tf.neg(tf.mean(constantLogProb)));
    this.#measured.set('temperature', temperature);
    const temperatureStep = lossAndGradients(
      () => temperatureLoss(this.#logTemperature as tf.Scalar, constantLogProb, this.#targetEntropy),
      this.#temperatureParameters,
    );
    this.#temperatureOptimiser.apply(temperatureStep.gradients);
    this.#measured.set('loss.temperature', temperatureStep.loss);
    constantLogProb.dispose();
  }

  /** Mean and bounded log std of the policy, `[B, A]` each, from the convolutions' features. */
  #distribution(features: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    const outputs = this.#policy.apply(this.#actorHead.apply(features));
    const [mean, raw] = tf.split(outputs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    return [mean, boundLogStd(raw, this.#options.logStdMin, this.#options.logStdMax)];
  }

  #normals(shape: [number, number]): tf.Tensor2D {
    return tf.tensor2d(this.#noise.normals(shape[0] * shape[1]), shape);
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      actor_optimiser: await this.#actorOptimiser.state(),
      critic_optimiser: await this.#criticOptimiser.state(),
      temperature_optimiser: await this.#temperatureOptimiser.state(),
      networks: { tensors: await this.#networks.save(), values: {} },
    });
    snapshot.values.updates = this.#updates;
    snapshot.values.measured = this.#measured.read();
    snapshot.values.noise = { ...this.#noise.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#networks.load(partOf(snapshot, 'networks').tensors);
    this.#actorOptimiser.restore(partOf(snapshot, 'actor_optimiser'));
    this.#criticOptimiser.restore(partOf(snapshot, 'critic_optimiser'));
    this.#temperatureOptimiser.restore(partOf(snapshot, 'temperature_optimiser'));
    this.#updates = snapshot.values.updates as number;
    this.#measured.restore(snapshot.values.measured as Metrics);
    this.#noise.restore(snapshot.values.noise as unknown as RandomState);
  }

  dispose(): void {
    this.#networks.dispose();
    this.#measured.dispose();
    for (const optimiser of [this.#actorOptimiser, this.#criticOptimiser, this.#temperatureOptimiser]) {
      optimiser.dispose();
    }
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
