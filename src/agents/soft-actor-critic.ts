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
import { imageShape } from './spaces.ts';

/** What both kinds of actions have as options. */
export interface SoftActorCriticOptions {
  update: 'reference' | 'joint';
  hidden: number;
  initialTemperature: number;
  /** In units of reward; none when absent. */
  maximumTemperature?: number;
  actorLearningRate: number;
  criticLearningRate: number;
  temperatureLearningRate: number;
  /** 0.9 when absent. */
  temperatureBeta1?: number;
  actorEvery: number;
  targetEvery: number;
  criticTau: number;
  encoderTau: number;
}

/** What one kind of actions makes of it. */
export interface SoftActorCriticParts<Critic> {
  /** Name of its streams of random numbers, and of the one that it acts and learns with. */
  name: string;
  stream: string;
  /** Numbers that the policy gives for an embedding. */
  outputs: number;
  /** @param random null for a copy that takes its weights from another */
  critic(features: number, random: Random | null): Critic;
}

/** A loss, with what the temperature's loss needs to know of the policy. */
export interface ActorLoss<Policy extends tf.Tensor> {
  loss: tf.Scalar;
  policy: Policy;
}

/**
 * Soft actor-critic in the form of SAC+AE and CURL (Yarats et al., arXiv 1910.01741; Srinivas et al., arXiv 2004.04136):
 * networks, who trains what, and the order of an update. The equations are those of the kind of actions (`Sac`,
 * `DiscreteSac`).
 *
 * Gradient rule: the critic's loss trains the convolutions and the critic's head. Actor and critic share the
 * convolutions, the actor has a head of its own, and its loss stops at the convolutions' output.
 *
 * Two orders of an update, `options.update`:
 * - `reference`: critic, then actor and temperature with the critic's new weights, then the targets follow; a
 *   contrastive objective makes its own step afterwards.
 * - `joint`: the observations go through the convolutions once. Critic, actor and objective all see the weights before
 *   the update, and the objective's loss is added to the critic's, for one backward pass and one step.
 */
export abstract class SoftActorCritic<
  Options extends SoftActorCriticOptions,
  Critic extends { parameters: Parameters },
  Policy extends tf.Tensor,
> implements Agent {
  readonly encoder: PixelEncoder;
  readonly targetEncoder: PixelEncoder;
  readonly joint: boolean;
  protected readonly options: Options;
  protected readonly observation: ObservationSpace;
  protected readonly critic: Critic;
  protected readonly targetCritic: Critic;
  protected readonly logTemperature: tf.Variable<tf.Rank.R0>;
  protected readonly random: Random;
  protected readonly measured = new Measurements();
  readonly #stream: string;
  readonly #actorHead;
  readonly #policy: MultilayerPerceptron;
  readonly #networks: Parameters;
  readonly #actorParameters: Parameters;
  readonly #criticParameters: Parameters;
  readonly #temperatureParameters = new Parameters();
  readonly #actorOptimiser: Adam;
  readonly #criticOptimiser: Adam;
  readonly #temperatureOptimiser: Adam;
  #updates = 0;

  constructor(
    { task, options, backbone, backboneOptions, seed }: AgentContext<Options>,
    { name, stream, outputs, critic }: SoftActorCriticParts<Critic>,
  ) {
    const random = Random.stream(seed, name, 'weights');
    this.random = Random.stream(seed, name, stream);
    this.#stream = stream;
    this.options = options;
    this.joint = options.update === 'joint';
    this.observation = task.observation;

    const newHead = (features: number) => backbone.head(backboneOptions, features, random);
    const newEncoder = () => {
      const trunk = backbone.trunk(backboneOptions, imageShape(task.observation), random);
      return new PixelEncoder(trunk, newHead(trunk.size));
    };
    this.encoder = newEncoder();
    this.targetEncoder = newEncoder();
    this.#actorHead = newHead(this.encoder.trunk.size);
    const features = this.encoder.head.size;
    this.#policy = new MultilayerPerceptron([features, options.hidden, options.hidden, outputs], random);
    this.critic = critic(features, random);
    this.targetCritic = critic(features, null);
    this.targetEncoder.parameters.copyFrom(this.encoder.parameters);
    this.targetCritic.parameters.copyFrom(this.critic.parameters);
    this.logTemperature = this.#temperatureParameters.add(
      'log_temperature',
      tf.scalar(Math.log(options.initialTemperature)),
    );

    this.#actorParameters = Parameters.join({
      head: this.#actorHead.parameters,
      policy: this.#policy.parameters,
    });
    this.#criticParameters = Parameters.join({
      encoder: this.encoder.parameters,
      critic: this.critic.parameters,
    });
    this.#networks = Parameters.join({
      actor: this.#actorParameters,
      critic: this.#criticParameters,
      target_encoder: this.targetEncoder.parameters,
      target_critic: this.targetCritic.parameters,
      temperature: this.#temperatureParameters,
    });
    this.#actorOptimiser = new Adam(this.#actorParameters, { learningRate: options.actorLearningRate });
    this.#criticOptimiser = new Adam(this.#criticParameters, { learningRate: options.criticLearningRate });
    this.#temperatureOptimiser = new Adam(this.#temperatureParameters, {
      learningRate: options.temperatureLearningRate,
      beta1: options.temperatureBeta1 ?? 0.9,
    });
  }

  abstract act(observations: Uint8Array, count: number, options: { deterministic: boolean }): Float32Array;

  abstract judge(observations: Uint8Array, count: number): Judgement;

  /** The Bellman target, `[B]`. */
  protected abstract target(batch: TransitionBatch): tf.Tensor1D;

  /** @param embeddings `[B, D]` of the observations */
  protected abstract criticLoss(
    batch: TransitionBatch,
    embeddings: tf.Tensor2D,
    target: tf.Tensor1D,
    errors?: Float32Array,
  ): tf.Scalar;

  /** What to call within the gradient for the actor's loss; features and embeddings are constants. */
  protected abstract actorLoss(
    features: tf.Tensor2D,
    embeddings: tf.Tensor2D,
    temperature: tf.Scalar,
  ): () => ActorLoss<Policy>;

  /** The policy's mean entropy, in nats. */
  protected abstract entropy(policy: Policy): tf.Scalar;

  protected abstract temperatureLoss(policy: Policy): tf.Scalar;

  /** What the policy gives for features of the trunk: `[B, outputs]`. */
  protected policyOutputs(features: tf.Tensor2D): tf.Tensor2D {
    return this.#policy.apply(this.#actorHead.apply(features));
  }

  update(batch: TransitionBatch, { log, errors, auxiliary }: UpdateOptions): Metrics | null {
    const { actorEvery, targetEvery, criticTau, encoderTau } = this.options;
    const actorIsDue = this.#updates % actorEvery === 0;
    tf.tidy(() => {
      if (this.joint) this.#updateJointly(batch, actorIsDue, errors, auxiliary ?? null);
      else this.#updateInTurn(batch, actorIsDue, errors);
      if (this.#updates % targetEvery === 0) {
        emaStep(this.targetCritic.parameters, this.critic.parameters, criticTau);
        emaStep(this.targetEncoder.parameters, this.encoder.parameters, encoderTau);
      }
    });
    this.#updates++;
    return log ? this.measured.read() : null;
  }

  #updateInTurn(batch: TransitionBatch, actorIsDue: boolean, errors?: Float32Array): void {
    const target = this.target(batch);
    const { gradients } = lossAndGradients(
      () => this.criticLoss(batch, this.encoder.encode(batch.observations), target, errors),
      this.#criticParameters,
    );
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
    const target = this.target(batch);
    auxiliary?.before();
    const shared: { features?: tf.Tensor2D; embeddings?: tf.Tensor2D } = {};
    const { gradients } = lossAndGradients(
      () => {
        const features = this.encoder.trunk.apply(batch.observations);
        const embeddings = this.encoder.head.apply(features);
        // Kept beyond the gradient's scope, for the actor.
        Object.assign(shared, { features: tf.keep(features), embeddings: tf.keep(embeddings) });
        const loss = this.criticLoss(batch, embeddings, target, errors);
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

  /** @param features, embeddings of the observations, as constants */
  #updateActorAndTemperature(features: tf.Tensor2D, embeddings: tf.Tensor2D): void {
    const temperature: tf.Scalar = tf.exp(this.logTemperature);
    const actorLoss = this.actorLoss(features, embeddings, temperature);
    let kept: Policy | undefined;
    const { loss, gradients } = lossAndGradients(() => {
      const { loss, policy } = actorLoss();
      // Kept beyond the gradient's scope: the temperature needs it as a constant.
      kept = tf.keep(policy.clone());
      return loss;
    }, this.#actorParameters);
    this.#actorOptimiser.apply(gradients);
    this.measured.set('loss.actor', loss);

    const policy = kept!;
    this.measured.set('entropy', this.entropy(policy));
    this.measured.set('temperature', temperature);
    const step = lossAndGradients(() => this.temperatureLoss(policy), this.#temperatureParameters);
    this.#temperatureOptimiser.apply(step.gradients);
    const { maximumTemperature } = this.options;
    if (maximumTemperature !== undefined)
      this.logTemperature.assign(tf.minimum(this.logTemperature, Math.log(maximumTemperature)));
    this.measured.set('loss.temperature', step.loss);
    policy.dispose();
  }

  scaleLearningRates(factor: number): void {
    const { actorLearningRate, criticLearningRate, temperatureLearningRate } = this.options;
    this.#actorOptimiser.learningRate = factor * actorLearningRate;
    this.#criticOptimiser.learningRate = factor * criticLearningRate;
    this.#temperatureOptimiser.learningRate = factor * temperatureLearningRate;
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      actor_optimiser: await this.#actorOptimiser.state(),
      critic_optimiser: await this.#criticOptimiser.state(),
      temperature_optimiser: await this.#temperatureOptimiser.state(),
      networks: { tensors: await this.#networks.save(), values: {} },
    });
    snapshot.values.updates = this.#updates;
    snapshot.values.measured = this.measured.read();
    snapshot.values[this.#stream] = { ...this.random.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#networks.load(partOf(snapshot, 'networks').tensors);
    this.#actorOptimiser.restore(partOf(snapshot, 'actor_optimiser'));
    this.#criticOptimiser.restore(partOf(snapshot, 'critic_optimiser'));
    this.#temperatureOptimiser.restore(partOf(snapshot, 'temperature_optimiser'));
    this.#updates = snapshot.values.updates as number;
    this.measured.restore(snapshot.values.measured as Metrics);
    this.random.restore(snapshot.values[this.#stream] as unknown as RandomState);
  }

  dispose(): void {
    this.#networks.dispose();
    this.measured.dispose();
    for (const optimiser of [this.#actorOptimiser, this.#criticOptimiser, this.#temperatureOptimiser]) {
      optimiser.dispose();
    }
  }
}
