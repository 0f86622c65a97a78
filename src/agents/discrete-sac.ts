import { Random, joinSnapshots, partOf, portable, type RandomState, type Snapshot } from '../base/index.ts';
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
import { discreteSacOptions, type DiscreteSacOptions } from './discrete-sac-options.ts';
import {
  chosenValues,
  discreteActorLoss,
  discreteCriticLoss,
  discreteEntropy,
  discreteTarget,
  discreteTemperatureLoss,
  discreteValue,
} from './discrete-sac-losses.ts';
import { tdErrors } from './sac-losses.ts';
import { discreteChoices, imageShape, observationTensor } from './spaces.ts';
import { DiscreteTwinCritic } from './twin-critic.ts';

/**
 * Soft actor-critic for discrete actions (Christodoulou, arXiv 1910.07207): the same objective as SAC's, with
 * expectations over all actions instead of samples. The networks and the gradient rule are those of `Sac`: the
 * critic's loss trains the encoder, the actor has a head of its own on the shared trunk and stops there. So are the
 * two orders of an update, `options.update`.
 *
 * The target entropy is a share of that of the uniform policy. Where a good policy cannot have so much, the
 * temperature would grow without end and the entropy would outweigh every reward; `maximumTemperature` bounds it.
 */
export class DiscreteSac implements Agent {
  readonly encoder: PixelEncoder;
  readonly targetEncoder: PixelEncoder;
  readonly joint: boolean;
  readonly #options: DiscreteSacOptions;
  readonly #targetEntropy: number;
  readonly #observation: ObservationSpace;
  readonly #actorHead;
  readonly #policy: MultilayerPerceptron;
  readonly #critic: DiscreteTwinCritic;
  readonly #targetCritic: DiscreteTwinCritic;
  readonly #logTemperature: tf.Variable<tf.Rank.R0>;
  readonly #networks: Parameters;
  readonly #actorParameters: Parameters;
  readonly #criticParameters: Parameters;
  readonly #temperatureParameters = new Parameters();
  readonly #actorOptimiser: Adam;
  readonly #criticOptimiser: Adam;
  readonly #temperatureOptimiser: Adam;
  readonly #choice: Random;
  readonly #measured = new Measurements();
  #updates = 0;

  constructor({ task, options, backbone, backboneOptions, seed }: AgentContext<DiscreteSacOptions>) {
    const random = Random.stream(seed, 'discrete-sac', 'weights');
    this.#choice = Random.stream(seed, 'discrete-sac', 'choice');
    this.#options = options;
    this.joint = options.update === 'joint';
    this.#observation = task.observation;
    const choices = discreteChoices(task);
    this.#targetEntropy = options.targetEntropyScale * Math.log(choices);

    const newHead = (features: number) => backbone.head(backboneOptions, features, random);
    const newEncoder = () => {
      const trunk = backbone.trunk(backboneOptions, imageShape(task.observation), random);
      return new PixelEncoder(trunk, newHead(trunk.size));
    };
    this.encoder = newEncoder();
    this.targetEncoder = newEncoder();
    this.#actorHead = newHead(this.encoder.trunk.size);
    const sizes = [this.encoder.head.size, options.hidden, options.hidden, choices];
    this.#policy = new MultilayerPerceptron(sizes, random);
    this.#critic = new DiscreteTwinCritic(sizes, random);
    this.#targetCritic = new DiscreteTwinCritic(sizes, null);
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
    });
  }

  /** Indices of actions: the likeliest ones, or drawn from the policy. */
  act(observations: Uint8Array, count: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const logits = tf.tidy(() => {
      const x = observationTensor(observations, count, this.#observation);
      return this.#logits(this.encoder.trunk.apply(x)).dataSync();
    }) as unknown as Float32Array;
    const choices = logits.length / count;
    return Float32Array.from({ length: count }, (_, k) => {
      const row = logits.subarray(k * choices, (k + 1) * choices);
      return deterministic ? argmax(row) : this.#draw(row);
    });
  }

  /** The mean over the policy of the smaller Q, and the policy's entropy. */
  judge(observations: Uint8Array, count: number): Judgement {
    return tf.tidy(() => {
      const features = this.encoder.trunk.apply(observationTensor(observations, count, this.#observation));
      const logits = this.#logits(features);
      const [q1, q2] = this.#critic.values(this.encoder.head.apply(features));
      return {
        value: discreteValue(logits, q1, q2, tf.scalar(0)).dataSync() as Float32Array,
        entropy: discreteEntropy(logits).dataSync() as Float32Array,
      };
    }) as unknown as Judgement;
  }

  /** Draws from softmax(logits); NaN where a logit is not finite, so that the loop notices. */
  #draw(logits: Float32Array): number {
    const top = logits.reduce((a, b) => Math.max(a, b));
    const masses = logits.map((logit) => portable.exp(logit - top));
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    if (!Number.isFinite(total)) return NaN;
    let left = this.#choice.uniform() * total;
    const found = masses.findIndex((mass) => (left -= mass) < 0);
    return found < 0 ? argmax(logits) : found;
  }

  update(batch: TransitionBatch, { log, errors, auxiliary }: UpdateOptions): Metrics | null {
    const actorIsDue = this.#updates % this.#options.actorEvery === 0;
    tf.tidy(() => {
      if (this.joint) this.#updateJointly(batch, actorIsDue, errors, auxiliary ?? null);
      else this.#updateInTurn(batch, actorIsDue, errors);
      if (this.#updates % this.#options.targetEvery === 0) {
        emaStep(this.#targetCritic.parameters, this.#critic.parameters, this.#options.criticTau);
        emaStep(this.targetEncoder.parameters, this.encoder.parameters, this.#options.encoderTau);
      }
    });
    this.#updates++;
    return log ? this.#measured.read() : null;
  }

  #updateInTurn(batch: TransitionBatch, actorIsDue: boolean, errors?: Float32Array): void {
    const target = this.#target(batch);
    const { gradients } = lossAndGradients(
      () => this.#criticLoss(batch, this.encoder.encode(batch.observations), target, errors),
      this.#criticParameters,
    );
    this.#criticOptimiser.apply(gradients);
    if (!actorIsDue) return;
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

  /** The Bellman target, `[B]`. */
  #target(batch: TransitionBatch): tf.Tensor1D {
    const logits = this.#logits(this.encoder.trunk.apply(batch.nextObservations));
    const [q1, q2] = this.#targetCritic.values(this.targetEncoder.encode(batch.nextObservations));
    return discreteTarget(
      batch.rewards,
      batch.terminated,
      discreteValue(logits, q1, q2, tf.exp(this.#logTemperature)),
      batch.discounts ?? this.#options.discount,
    );
  }

  #criticLoss(
    batch: TransitionBatch,
    embeddings: tf.Tensor2D,
    target: tf.Tensor1D,
    errors?: Float32Array,
  ): tf.Scalar {
    const actions: tf.Tensor1D = tf.cast(tf.squeeze(batch.actions, [1]), 'int32');
    const [q1, q2] = this.#critic.values(embeddings);
    const [chosen1, chosen2] = [chosenValues(q1, actions), chosenValues(q2, actions)];
    this.#measured.set('q.mean', tf.mean(tf.minimum(chosen1, chosen2)));
    errors?.set(tdErrors(chosen1, chosen2, target));
    const loss = discreteCriticLoss(q1, q2, actions, target, batch.weights);
    this.#measured.set('loss.critic', loss);
    return loss;
  }

  /** @param features, embeddings of the observations, as constants */
  #updateActorAndTemperature(features: tf.Tensor2D, embeddings: tf.Tensor2D): void {
    const temperature: tf.Scalar = tf.exp(this.#logTemperature);
    const [q1, q2] = this.#critic.values(embeddings);
    let logits: tf.Tensor2D | undefined;
    const { loss, gradients } = lossAndGradients(() => {
      const current = this.#logits(features);
      // Kept beyond the gradient's scope: the temperature needs it as a constant.
      logits = tf.keep(current.clone());
      return discreteActorLoss(current, q1, q2, temperature);
    }, this.#actorParameters);
    this.#actorOptimiser.apply(gradients);
    this.#measured.set('loss.actor', loss);

    const constantLogits = logits!;
    this.#measured.set('entropy', tf.mean(discreteEntropy(constantLogits)));
    this.#measured.set('temperature', temperature);
    const step = lossAndGradients(
      () => discreteTemperatureLoss(this.#logTemperature as tf.Scalar, constantLogits, this.#targetEntropy),
      this.#temperatureParameters,
    );
    this.#temperatureOptimiser.apply(step.gradients);
    const bound = Math.log(this.#options.maximumTemperature);
    this.#logTemperature.assign(tf.minimum(this.#logTemperature, bound));
    this.#measured.set('loss.temperature', step.loss);
    constantLogits.dispose();
  }

  /** The policy's logits, `[B, n]`, from the trunk's features. */
  #logits(features: tf.Tensor2D): tf.Tensor2D {
    return this.#policy.apply(this.#actorHead.apply(features));
  }

  scaleLearningRates(factor: number): void {
    const { actorLearningRate, criticLearningRate, temperatureLearningRate } = this.#options;
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
    snapshot.values.measured = this.#measured.read();
    snapshot.values.choice = { ...this.#choice.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#networks.load(partOf(snapshot, 'networks').tensors);
    this.#actorOptimiser.restore(partOf(snapshot, 'actor_optimiser'));
    this.#criticOptimiser.restore(partOf(snapshot, 'critic_optimiser'));
    this.#temperatureOptimiser.restore(partOf(snapshot, 'temperature_optimiser'));
    this.#updates = snapshot.values.updates as number;
    this.#measured.restore(snapshot.values.measured as Metrics);
    this.#choice.restore(snapshot.values.choice as unknown as RandomState);
  }

  dispose(): void {
    this.#networks.dispose();
    this.#measured.dispose();
    for (const optimiser of [this.#actorOptimiser, this.#criticOptimiser, this.#temperatureOptimiser]) {
      optimiser.dispose();
    }
  }
}

/** Index of the largest value; NaN where one is no number. */
function argmax(values: Float32Array): number {
  if (values.some((value) => Number.isNaN(value))) return NaN;
  return values.indexOf(values.reduce((a, b) => Math.max(a, b)));
}

/** Registry entry of discrete soft actor-critic. */
export const discreteSac = defineAgent({
  description: 'soft actor-critic for discrete actions, from pixels or states',
  actions: ['discrete'],
  options: discreteSacOptions,
  create: (context) => new DiscreteSac(context),
});
