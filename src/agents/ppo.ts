import {
  Random,
  joinSnapshots,
  partOf,
  type Checkpointable,
  type RandomState,
  type Snapshot,
} from '../base/index.ts';
import { PixelEncoder } from '../encoders/index.ts';
import {
  Adam,
  Parameters,
  clipByGlobalNorm,
  emaStep,
  lossAndGradients,
  stopGradient,
  tf,
} from '../engine/index.ts';
import type { ActionSpace, AgentContext, AuxiliaryLoss, Judgement, Task } from './agent.ts';
import { ppoLoss, type PpoTargets } from './ppo-losses.ts';
import { ObservationNormaliser } from './ppo-normalisation.ts';
import { ppoOptions, type PpoOptions } from './ppo-options.ts';
import { TanhNetwork, policyHead, type PolicyHead } from './ppo-policy.ts';
import { observationTensor } from './spaces.ts';

/** Actions with what the policy and the critic thought of them. */
export interface Choices {
  /** `[count, size]`, as drawn: continuous ones may lie beyond [-1, 1]. */
  actions: Float32Array;
  /** `[count]` */
  logProbs: Float32Array;
  /** `[count]` */
  values: Float32Array;
}

/** A part of a rollout. */
export interface PpoMinibatch extends PpoTargets {
  /** `[B, H, W, C]`, as `Ppo.tensor` makes them. */
  observations: tf.Tensor4D;
  /** `[B, size]` */
  actions: tf.Tensor2D;
}

/** What a minibatch's update tells, in this order in a tensor `[5]`. */
export const PPO_METRICS = ['loss.policy', 'loss.value', 'entropy', 'kl', 'clip.fraction'] as const;

/**
 * Proximal policy optimisation (Schulman et al., arXiv 1707.06347), with the details of OpenAI's and CleanRL's code
 * (Huang et al. 2022, "The 37 implementation details of PPO"): orthogonal weights, small last layer of the policy,
 * one Adam over everything, one encoder for policy and value.
 */
export class Ppo implements Checkpointable {
  readonly encoder: PixelEncoder;
  /** A copy of the encoder that follows slowly: the key encoder of objectives that want one. */
  readonly targetEncoder: PixelEncoder;
  readonly options: PpoOptions;
  readonly #task: Task;
  readonly #policy: PolicyHead;
  readonly #value: TanhNetwork;
  readonly #networks: Parameters;
  readonly #optimiser: Adam;
  readonly #noise: Random;
  readonly #normaliser: ObservationNormaliser | null;

  constructor({ task, options, backbone, backboneOptions, seed }: AgentContext<PpoOptions>) {
    const random = Random.stream(seed, 'ppo', 'weights');
    this.#noise = Random.stream(seed, 'ppo', 'noise');
    this.options = options;
    this.#task = task;
    const { observation } = task;
    const image =
      observation.kind === 'pixels' ? observation.image : { height: 1, width: 1, channels: observation.size };
    const newEncoder = () => {
      const trunk = backbone.trunk(backboneOptions, image, random);
      return new PixelEncoder(trunk, backbone.head(backboneOptions, trunk.size, random));
    };
    this.encoder = newEncoder();
    this.targetEncoder = newEncoder();
    this.targetEncoder.parameters.copyFrom(this.encoder.parameters);
    const sizes = [
      this.encoder.head.size,
      ...(options.hidden ?? (observation.kind === 'state' ? [64, 64] : [])),
    ];
    this.#policy = policyHead(task.actions, sizes, options, random);
    this.#value = new TanhNetwork([...sizes, 1], 1, random);
    this.#networks = Parameters.join({
      encoder: this.encoder.parameters,
      policy: this.#policy.parameters,
      value: this.#value.parameters,
    });
    this.#optimiser = new Adam(this.#networks, {
      learningRate: options.learningRate,
      epsilon: options.adamEpsilon,
    });
    this.#normaliser =
      observation.kind === 'state' && options.normaliseObservation
        ? new ObservationNormaliser(observation.size)
        : null;
  }

  /** Numbers in one action. */
  get actionSize(): number {
    return this.#policy.size;
  }

  /** Observations in bytes (images of the task's shape, or states) as the networks take them. */
  tensor(observations: Uint8Array, count: number): tf.Tensor4D {
    if (!this.#normaliser) return observationTensor(observations, count, this.#task.observation);
    const states = floats(observations);
    this.#normaliser.apply(states);
    return tf.tensor4d(states, [count, 1, 1, states.length / count]);
  }

  /** Takes the observations of a finished rollout into the statistics that states are normalised by. */
  observe(observations: Uint8Array): void {
    this.#normaliser?.add(floats(observations));
  }

  /** Draws an action for each observation, and judges it. */
  choose(observations: Uint8Array, count: number): Choices {
    const { outputs, values } = this.#forward(observations, count);
    return { ...this.#policy.draw(outputs, count, this.#noise), values };
  }

  /** The likeliest or mean actions, or drawn ones; within the bounds that environments take. */
  act(observations: Uint8Array, count: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const { outputs } = this.#forward(observations, count);
    return bounded(
      this.#policy.draw(outputs, count, deterministic ? null : this.#noise).actions,
      this.#task.actions,
    );
  }

  /** V, and the entropy of the policy. */
  judge(observations: Uint8Array, count: number): Judgement {
    return tf.tidy(() => {
      const embeddings = this.encoder.encode(this.tensor(observations, count));
      // The entropy does not depend on the actions that are asked about.
      const anything = tf.zeros<tf.Rank.R2>([count, this.#policy.size]);
      return {
        value: tf.squeeze(this.#value.apply(embeddings), [1]).dataSync() as Float32Array,
        entropy: this.#policy
          .likelihood(this.#policy.apply(embeddings), anything)
          .entropy.dataSync() as Float32Array,
      };
    }) as unknown as Judgement;
  }

  /** Drawn actions as an environment takes them. */
  bounded(actions: Float32Array): Float32Array {
    return bounded(actions, this.#task.actions);
  }

  /** V of each observation, `[count]`. */
  values(observations: Uint8Array, count: number): Float32Array {
    return this.#forward(observations, count).values;
  }

  #forward(observations: Uint8Array, count: number): { outputs: Float32Array; values: Float32Array } {
    const width = this.#policy.outputs + 1;
    const all = tf.tidy(() => {
      const embeddings = this.encoder.encode(this.tensor(observations, count));
      return tf.concat([this.#policy.apply(embeddings), this.#value.apply(embeddings)], 1).dataSync();
    }) as unknown as Float32Array;
    return {
      outputs: Float32Array.from({ length: count * (width - 1) }, (_, i) => {
        const row = Math.floor(i / (width - 1));
        return all[row * width + (i - row * (width - 1))];
      }),
      values: Float32Array.from({ length: count }, (_, row) => all[row * width + width - 1]),
    };
  }

  set learningRate(rate: number) {
    this.#optimiser.learningRate = rate;
  }

  /**
   * One step on a minibatch.
   * @param auxiliary a further loss, part of the same backward pass
   * @returns the values of `PPO_METRICS`, `[5]`, for the caller to dispose of
   */
  update(batch: PpoMinibatch, auxiliary: AuxiliaryLoss | null = null): tf.Tensor1D {
    return tf.tidy(() => {
      auxiliary?.before();
      const own = this.#networks.variables.length;
      const parameters = auxiliary
        ? Parameters.join({ agent: this.#networks, objective: auxiliary.parameters })
        : this.#networks;
      let metrics: tf.Tensor1D | undefined;
      const { gradients } = lossAndGradients(() => {
        const embeddings = this.encoder.encode(batch.observations);
        const result = this.#loss(batch, embeddings);
        metrics = tf.keep(
          tf.stack([
            result.policy,
            result.value,
            result.entropy,
            result.kl,
            result.clipFraction,
          ]) as tf.Tensor1D,
        );
        if (!auxiliary) return result.loss;
        const further = this.encoder.knowing(batch.observations, embeddings, () => auxiliary.loss());
        return tf.add(result.loss, tf.mul(further, this.options.objectiveWeight));
      }, parameters);
      const { clipped } = clipByGlobalNorm(gradients.slice(0, own), this.options.maxGradientNorm);
      this.#optimiser.apply(clipped);
      auxiliary?.step(gradients.slice(own));
      return metrics!;
    });
  }

  #loss(batch: PpoMinibatch, embeddings: tf.Tensor2D) {
    const { options } = this;
    const features = options.stopEncoderGradient ? stopGradient(embeddings) : embeddings;
    const likelihood = this.#policy.likelihood(this.#policy.apply(features), batch.actions);
    const value: tf.Tensor1D = tf.squeeze(this.#value.apply(features), [1]);
    return ppoLoss({ ...likelihood, value }, batch, {
      ...options,
      clip: options.clipRange,
      valueClip: options.valueClip === false ? null : options.valueClip,
    });
  }

  /** Lets the momentum encoder follow. */
  followEncoder(): void {
    tf.tidy(() => emaStep(this.targetEncoder.parameters, this.encoder.parameters, this.options.encoderTau));
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      networks: { tensors: await this.#networks.save(), values: {} },
      target_encoder: { tensors: await this.targetEncoder.parameters.save(), values: {} },
      optimiser: await this.#optimiser.state(),
    });
    snapshot.values.noise = { ...this.#noise.state() } as unknown as Snapshot['values'];
    snapshot.values.normaliser = this.#normaliser?.moments.state() ?? null;
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.#networks.load(partOf(snapshot, 'networks').tensors);
    this.targetEncoder.parameters.load(partOf(snapshot, 'target_encoder').tensors);
    this.#optimiser.restore(partOf(snapshot, 'optimiser'));
    this.#noise.restore(snapshot.values.noise as unknown as RandomState);
    this.#normaliser?.moments.restore(snapshot.values.normaliser);
  }

  dispose(): void {
    this.#networks.dispose();
    this.targetEncoder.parameters.dispose();
    this.#optimiser.dispose();
  }
}

/** A copy of states, whose bytes need not lie where float32 numbers may. */
function floats(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}

/** Continuous actions cut off at ±1, as Gaussian policies need; indices stay. */
function bounded(actions: Float32Array, { kind }: ActionSpace): Float32Array {
  return kind === 'discrete' ? actions : actions.map((x) => Math.max(-1, Math.min(1, x)));
}

/** Registry entry of PPO: an agent that learns from rollouts, and so has a training loop of its own. */
export const ppo = {
  description:
    'proximal policy optimisation on vector environments, discrete or continuous, pixels or states',
  actions: ['discrete', 'continuous'] as readonly ActionSpace['kind'][],
  learnsFrom: 'rollouts' as const,
  options: ppoOptions,
  create: (context: AgentContext<PpoOptions>) => new Ppo(context),
};
