import { portable } from '../base/index.ts';
import { tf } from '../engine/index.ts';
import { defineAgent } from './agent.ts';
import type { AgentContext, Judgement, TransitionBatch } from './agent.ts';
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
import { SoftActorCritic, type ActorLoss } from './soft-actor-critic.ts';
import { discreteChoices, observationTensor } from './spaces.ts';
import { DiscreteTwinCritic } from './twin-critic.ts';

/**
 * Soft actor-critic for discrete actions (Christodoulou, arXiv 1910.07207): the same objective with expectations over
 * all actions instead of samples. Networks, gradient rule and the order of an update: `SoftActorCritic`.
 *
 * The target entropy is a share of that of the uniform policy. Where a good policy cannot have so much entropy, the
 * temperature would grow without end and the entropy would outweigh every reward; `maximumTemperature` stops it.
 */
export class DiscreteSac extends SoftActorCritic<DiscreteSacOptions, DiscreteTwinCritic, tf.Tensor2D> {
  readonly #targetEntropy: number;

  constructor(context: AgentContext<DiscreteSacOptions>) {
    const { options, task } = context;
    const choices = discreteChoices(task);
    super(context, {
      name: 'discrete-sac',
      stream: 'choice',
      outputs: choices,
      critic: (features, random) =>
        new DiscreteTwinCritic([features, options.hidden, options.hidden, choices], random),
    });
    this.#targetEntropy = options.targetEntropyScale * Math.log(choices);
  }

  /** Indices of actions: the likeliest ones, or drawn from the policy. */
  act(observations: Uint8Array, count: number, { deterministic }: { deterministic: boolean }): Float32Array {
    const logits = tf.tidy(() => {
      const x = observationTensor(observations, count, this.observation);
      return this.policyOutputs(this.encoder.trunk.apply(x)).dataSync();
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
      const features = this.encoder.trunk.apply(observationTensor(observations, count, this.observation));
      const logits = this.policyOutputs(features);
      const [q1, q2] = this.critic.values(this.encoder.head.apply(features));
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
    let left = this.random.uniform() * total;
    const found = masses.findIndex((mass) => (left -= mass) < 0);
    return found < 0 ? argmax(logits) : found;
  }

  protected target(batch: TransitionBatch): tf.Tensor1D {
    const logits = this.policyOutputs(this.encoder.trunk.apply(batch.nextObservations));
    const [q1, q2] = this.targetCritic.values(this.targetEncoder.encode(batch.nextObservations));
    return discreteTarget(
      batch.rewards,
      batch.terminated,
      discreteValue(logits, q1, q2, tf.exp(this.logTemperature)),
      batch.discounts ?? this.options.discount,
    );
  }

  protected criticLoss(
    batch: TransitionBatch,
    embeddings: tf.Tensor2D,
    target: tf.Tensor1D,
    errors?: Float32Array,
  ): tf.Scalar {
    const actions: tf.Tensor1D = tf.cast(tf.squeeze(batch.actions, [1]), 'int32');
    const [q1, q2] = this.critic.values(embeddings);
    const [chosen1, chosen2] = [chosenValues(q1, actions), chosenValues(q2, actions)];
    this.measured.set('q.mean', tf.mean(tf.minimum(chosen1, chosen2)));
    errors?.set(tdErrors(chosen1, chosen2, target));
    const loss = discreteCriticLoss(q1, q2, actions, target, batch.weights);
    this.measured.set('loss.critic', loss);
    return loss;
  }

  protected actorLoss(
    features: tf.Tensor2D,
    embeddings: tf.Tensor2D,
    temperature: tf.Scalar,
  ): () => ActorLoss<tf.Tensor2D> {
    const [q1, q2] = this.critic.values(embeddings);
    return () => {
      const logits = this.policyOutputs(features);
      return { loss: discreteActorLoss(logits, q1, q2, temperature), policy: logits };
    };
  }

  protected entropy(logits: tf.Tensor2D): tf.Scalar {
    return tf.mean(discreteEntropy(logits));
  }

  protected temperatureLoss(logits: tf.Tensor2D): tf.Scalar {
    return discreteTemperatureLoss(this.logTemperature as tf.Scalar, logits, this.#targetEntropy);
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
