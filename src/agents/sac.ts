import { z } from 'zod';
import { Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import { PixelEncoder } from '../encoders/index.ts';
import {
  Adam,
  Measurements,
  MultilayerPerceptron,
  Parameters,
  bytesToFloat,
  emaStep,
  lossAndGradients,
  tf,
} from '../engine/index.ts';
import { defineAgent, type Agent, type AgentContext, type Metrics, type TransitionBatch } from './agent.ts';
import { actorLoss, criticLoss, criticTarget, temperatureLoss } from './sac-losses.ts';
import { boundLogStd, squashedGaussian } from './squashed-gaussian.ts';

const positive = z.number().positive();
const count = z.number().int().positive();
const fraction = z.number().gt(0).max(1);

export const sacOptions = z.strictObject({
  hidden: count.default(1024).describe('units of the two hidden layers of actor and critics'),
  discount: z.number().min(0).lt(1).default(0.99).describe('per agent step'),
  actorLearningRate: positive.default(1e-3),
  criticLearningRate: positive.default(1e-3).describe('also the encoder, through the critic'),
  temperatureLearningRate: positive.default(1e-4),
  temperatureBeta1: z.number().min(0).lt(1).default(0.5).describe("beta1 of the temperature's Adam"),
  initialTemperature: positive.default(0.1),
  targetEntropy: z.number().optional().describe('minus the number of action dimensions when absent'),
  criticTau: fraction.default(0.01).describe('speed of the target critics'),
  encoderTau: fraction.default(0.05).describe('speed of the target encoder, the key encoder of CURL'),
  actorEvery: count.default(2).describe('updates between actor updates'),
  targetEvery: count.default(2).describe('updates between target updates'),
  logStdMin: z.number().default(-10),
  logStdMax: z.number().default(2),
});

export type SacOptions = z.output<typeof sacOptions>;

/** Two Q functions over an embedding and an action, both `[B]`. */
class TwinCritic {
  readonly parameters: Parameters;
  readonly #q1: MultilayerPerceptron;
  readonly #q2: MultilayerPerceptron;

  constructor(features: number, actionSize: number, hidden: number, random: Random | null) {
    const sizes = [features + actionSize, hidden, hidden, 1];
    this.#q1 = new MultilayerPerceptron(sizes, random);
    this.#q2 = new MultilayerPerceptron(sizes, random);
    this.parameters = Parameters.join({ q1: this.#q1.parameters, q2: this.#q2.parameters });
  }

  values(embeddings: tf.Tensor2D, actions: tf.Tensor2D): [tf.Tensor1D, tf.Tensor1D] {
    const inputs = tf.concat([embeddings, actions], 1);
    return [tf.squeeze(this.#q1.apply(inputs), [1]), tf.squeeze(this.#q2.apply(inputs), [1])];
  }
}

/**
 * Soft actor-critic from pixels (Haarnoja et al., arXiv 1812.05905) in the form of SAC+AE and CURL
 * (Yarats et al., arXiv 1910.01741; Srinivas et al., arXiv 2004.04136).
 *
 * Gradient rule: the critic's loss trains the convolutions and the critic's head. Actor and critic share the
 * convolutions, the actor has a head of its own, and its loss stops at the convolutions' output.
 */
export class Sac implements Agent {
  readonly encoder: PixelEncoder;
  readonly targetEncoder: PixelEncoder;
  readonly #options: SacOptions;
  readonly #targetEntropy: number;
  readonly #shape: { height: number; width: number; channels: number };
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
    this.#shape = task.image;
    this.#actionSize = task.actionSize;
    this.#targetEntropy = options.targetEntropy ?? -task.actionSize;

    const newHead = (features: number) => backbone.head(backboneOptions, features, random);
    const newEncoder = () => {
      const trunk = backbone.trunk(backboneOptions, task.image, random);
      return new PixelEncoder(trunk, newHead(trunk.size));
    };
    this.encoder = newEncoder();
    this.targetEncoder = newEncoder();
    this.#actorHead = newHead(this.encoder.trunk.size);
    const features = this.encoder.head.size;
    this.#policy = new MultilayerPerceptron(
      [features, options.hidden, options.hidden, 2 * task.actionSize],
      random,
    );
    this.#critic = new TwinCritic(features, task.actionSize, options.hidden, random);
    this.#targetCritic = new TwinCritic(features, task.actionSize, options.hidden, null);
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

  act(images: Uint8Array, batch: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const { height, width, channels } = this.#shape;
    const noise = deterministic ? null : this.#noise.normals(batch * this.#actionSize);
    return tf.tidy(() => {
      const x = bytesToFloat<tf.Rank.R4>(images, [batch, height, width, channels]);
      const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(x));
      if (noise === null) return tf.tanh(mean).dataSync() as Float32Array;
      return squashedGaussian(mean, logStd, tf.tensor2d(noise, mean.shape)).action.dataSync() as Float32Array;
    }) as unknown as Float32Array;
  }

  update(batch: TransitionBatch, { log }: { log: boolean }): Metrics | null {
    tf.tidy(() => {
      this.#updateCritic(batch);
      if (this.#updates % this.#options.actorEvery === 0) this.#updateActorAndTemperature(batch);
      if (this.#updates % this.#options.targetEvery === 0) {
        emaStep(this.#targetCritic.parameters, this.#critic.parameters, this.#options.criticTau);
        emaStep(this.targetEncoder.parameters, this.encoder.parameters, this.#options.encoderTau);
      }
    });
    this.#updates++;
    return log ? this.#measured.read() : null;
  }

  #updateCritic(batch: TransitionBatch): void {
    const temperature: tf.Scalar = tf.exp(this.#logTemperature);
    const [mean, logStd] = this.#distribution(this.encoder.trunk.apply(batch.nextObservations));
    const next = squashedGaussian(mean, logStd, this.#normals(mean.shape));
    const [nextQ1, nextQ2] = this.#targetCritic.values(
      this.targetEncoder.encode(batch.nextObservations),
      next.action,
    );
    const target = criticTarget(
      batch.rewards,
      batch.terminated,
      nextQ1,
      nextQ2,
      next.logProb,
      temperature,
      this.#options.discount,
    );

    const { loss, gradients } = lossAndGradients(() => {
      const [q1, q2] = this.#critic.values(this.encoder.encode(batch.observations), batch.actions);
      this.#measured.set('q.mean', tf.mean(tf.minimum(q1, q2)));
      return criticLoss(q1, q2, target);
    }, this.#criticParameters);
    this.#criticOptimiser.apply(gradients);
    this.#measured.set('loss.critic', loss);
  }

  #updateActorAndTemperature(batch: TransitionBatch): void {
    const temperature: tf.Scalar = tf.exp(this.#logTemperature);
    // Both passes stop at the convolutions, so one forward of them serves the actor and the critic.
    const features = this.encoder.trunk.apply(batch.observations);
    const embeddings = this.encoder.head.apply(features);
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

/** Registry entry of soft actor-critic. */
export const sac = defineAgent({
  description: 'soft actor-critic for continuous actions, from pixels',
  options: sacOptions,
  create: (context) => new Sac(context),
});
