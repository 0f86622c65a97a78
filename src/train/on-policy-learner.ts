import { Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import {
  PPO_METRICS,
  RewardNormaliser,
  explainedVariance,
  generalisedAdvantages,
  type Choices,
  type Metrics,
  type Ppo,
  type PpoOptions,
} from '../agents/index.ts';
import type { Judgement } from '../agents/index.ts';
import type { ContrastiveLearner } from '../curl/index.ts';
import type { Augmenter, ImageShape, PictureCentre } from '../encoders/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import { centerCrop, type ReplayBuffer, type Rollout } from '../replay/index.ts';
import type { Acting } from './acting.ts';
import { objectiveViews, type ObjectiveViews } from './objective-views.ts';

export interface OnPolicyLearnerOptions {
  agent: Ppo;
  /** The objective beside the agent; null where PPO's own losses train the encoder alone. */
  contrastive: ContrastiveLearner | null;
  /** What the networks' pictures are moved by. */
  centre: PictureCentre;
  /** Whole stacked observations; states are images of one pixel. */
  observation: ImageShape;
  /** Side of what the networks see: the middle of an observation. */
  crop: number;
  /** Images in an update of an objective on its own replay. */
  batchSize: number;
  augmenter: Augmenter;
  seed: number;
}

/** Where a run stands. */
export interface Standing {
  agentStep: number;
  /** Of the whole run. */
  steps: number;
}

/** Times an update, or just runs it. */
export type Measure = <T>(update: () => T | Promise<T>) => Promise<T>;

/** Fraction of an objective's updates that is left when `remaining` of the run is. */
const SCHEDULES: Record<PpoOptions['objectiveSchedule'], (remaining: number) => number> = {
  constant: () => 1,
  linear: (remaining) => remaining,
  quadratic: (remaining) => remaining * remaining,
};

/**
 * PPO on rollouts, with a contrastive objective beside it in one of two forms: a further loss on every minibatch, in
 * the same backward pass; or updates of its own from a replay that outlives the rollouts, after PPO's, as ATC pairs
 * the two (Stooke et al., arXiv 2009.08319). The policy learns from exactly what it saw when it acted, the middle of
 * the picture: a random crop would make the ratio of its probabilities meaningless. Crops are for the objective.
 */
export class OnPolicyLearner implements Acting {
  readonly agent: Ppo;
  readonly contrastive: ContrastiveLearner | null;
  readonly centre: PictureCentre;
  /** Runs each update; a profile puts itself here. */
  measure: Measure = async (update) => update();
  readonly #options: OnPolicyLearnerOptions;
  readonly #shuffle: Random;
  readonly #rewards: RewardNormaliser | null;

  constructor(options: OnPolicyLearnerOptions) {
    this.agent = options.agent;
    this.contrastive = options.contrastive;
    this.centre = options.centre;
    this.#options = options;
    this.#shuffle = Random.stream(options.seed, 'minibatches');
    const { normaliseReward, numEnvs, discount } = options.agent.options;
    this.#rewards = normaliseReward ? new RewardNormaliser(numEnvs, discount) : null;
    if (this.#joint) this.contrastive?.join();
  }

  get #joint(): boolean {
    return this.agent.options.objectiveOn === 'rollout';
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array {
    return this.agent.act(this.#seen(observation), 1, options);
  }

  judge(observation: Uint8Array): Judgement {
    return this.agent.judge(this.#seen(observation), 1);
  }

  /** Actions for whole observations of all environments. */
  choose(observations: Uint8Array, count: number): Choices {
    return this.agent.choose(this.#seen(observations), count);
  }

  values(observations: Uint8Array, count: number): Float32Array {
    return count === 0 ? new Float32Array(0) : this.agent.values(this.#seen(observations), count);
  }

  /** What the agent learns from: rewards of one step, normalised where its options say so. */
  rewards(rewards: Float64Array, ended: readonly boolean[]): Float32Array {
    return this.#rewards ? this.#rewards.apply(rewards, ended) : Float32Array.from(rewards);
  }

  #seen(observations: Uint8Array): Uint8Array {
    return centerCrop(observations, this.#options.observation, this.#options.crop);
  }

  /**
   * Learns from a full rollout.
   * @param following the observations after its last step
   * @param replay what the objective draws from; null without one
   * @param turn called between updates
   * @returns metrics, and how many updates were made
   */
  async learn(
    rollout: Rollout,
    following: Uint8Array,
    replay: ReplayBuffer | null,
    { agentStep, steps }: Standing,
    turn: () => Promise<void>,
  ): Promise<{ metrics: Metrics; updates: number }> {
    const { agent } = this;
    const { options } = agent;
    const { steps: length, envs } = rollout.layout;
    // As at the beginning of the rollout, so that the first one has the whole rate.
    const remaining = Math.max(0, 1 - (agentStep - rollout.size) / steps);
    const rate =
      options.learningRateSchedule === 'linear' ? options.learningRate * remaining : options.learningRate;
    agent.learningRate = rate;
    const { advantages, returns } = generalisedAdvantages(
      { ...columns(rollout), steps: length, envs, lastValues: this.values(following, envs) },
      options.discount,
      options.gaeLambda,
    );
    if (replay) rollout.pourInto(replay, following);
    const metrics: Metrics = {
      'explained.variance': explainedVariance(rollout.values, returns),
      'value.mean': mean(rollout.values),
      'learning.rate': rate,
    };
    let updates = 0;
    // What was chosen without the mean picture says nothing of the policy that has it.
    const measuring = this.centre.wanting;
    if (measuring) this.centre.measure([this.#seen(rollout.observations)]);
    if (agentStep > options.policyStart && !measuring) {
      const told = await this.#passes(rollout, advantages, returns, replay, turn);
      updates += told.updates;
      Object.assign(metrics, told.metrics);
    }
    if (replay && this.contrastive && !this.#joint && !measuring && agentStep > options.objectiveStart) {
      const many = Math.round(options.objectiveUpdates * SCHEDULES[options.objectiveSchedule](remaining));
      for (let k = 0; k < many; k++) {
        await this.measure(() => this.#objectiveStep(replay));
        updates++;
        await turn();
      }
    }
    if (this.contrastive) Object.assign(metrics, this.contrastive.metrics());
    agent.observe(rollout.observations);
    return { metrics, updates };
  }

  /** PPO's passes over the rollout in shuffled minibatches. */
  async #passes(
    rollout: Rollout,
    advantages: Float32Array,
    returns: Float32Array,
    replay: ReplayBuffer | null,
    turn: () => Promise<void>,
  ): Promise<{ metrics: Metrics; updates: number }> {
    const { epochs, minibatches, targetKl } = this.agent.options;
    const told: tf.Tensor1D[] = [];
    const entries = Int32Array.from({ length: rollout.size }, (_, i) => i);
    let passes = 0;
    for (let stop = false; passes < epochs && !stop; passes++) {
      shuffle(entries, this.#shuffle);
      for (let k = 0; k < minibatches; k++) {
        const [from, to] = [k, k + 1].map((part) => Math.floor((part * rollout.size) / minibatches));
        const chosen = entries.slice(from, to);
        told.push(await this.measure(() => this.#minibatch(rollout, chosen, advantages, returns, replay)));
        await turn();
      }
      if (targetKl !== undefined) {
        const newest = told[told.length - 1].dataSync();
        stop = newest[PPO_METRICS.indexOf('kl')] > targetKl;
      }
    }
    const means = tf.tidy(() => tf.mean(tf.stack(told), 0).dataSync()) as unknown as Float32Array;
    tf.dispose(told);
    const metrics: Metrics = Object.fromEntries(PPO_METRICS.map((name, i) => [name, means[i]]));
    return { metrics: { ...metrics, epochs: passes }, updates: told.length };
  }

  #minibatch(
    rollout: Rollout,
    entries: Int32Array,
    advantages: Float32Array,
    returns: Float32Array,
    replay: ReplayBuffer | null,
  ): tf.Tensor1D {
    const { agent, contrastive } = this;
    const n = entries.length;
    const pick = (column: Float32Array) => tf.tensor1d(Float32Array.from(entries, (entry) => column[entry]));
    const views =
      contrastive && replay && this.#joint ? this.#views(replay, slots(rollout, entries), true) : null;
    const told = tf.tidy(() => {
      const observations = agent.tensor(this.#seen(rollout.gather(entries)), n);
      const auxiliary = views
        ? contrastive!.auxiliary(this.#tensors(views, n, observations), views.samples)
        : null;
      return agent.update(
        {
          observations,
          actions: tf.tensor2d(rollout.gatherActions(entries), [n, agent.actionSize]),
          oldLogProb: pick(rollout.logProbs),
          oldValue: pick(rollout.values),
          advantage: pick(advantages),
          returns: pick(returns),
        },
        auxiliary,
      );
    });
    if (views) agent.followEncoder();
    return told;
  }

  /** One update of the objective on its own replay. */
  #objectiveStep(replay: ReplayBuffer): void {
    const { batchSize } = this.#options;
    const views = this.#views(replay, replay.sample(batchSize), false);
    tf.tidy(() => {
      this.contrastive!.update(this.#tensors(views, batchSize), { log: false, samples: views.samples });
    });
    this.agent.followEncoder();
  }

  #views(replay: ReplayBuffer, indices: Int32Array, shared: boolean): ObjectiveViews {
    return objectiveViews(replay, indices, this.contrastive!.views, { ...this.#options, shared });
  }

  #tensors({ images }: ObjectiveViews, n: number, own?: tf.Tensor4D): tf.Tensor4D[] {
    const { crop, observation } = this.#options;
    const shape = [n, crop, crop, observation.channels];
    return images.map((bytes) => (bytes ? bytesToFloat<tf.Rank.R4>(bytes, shape) : own!));
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  async state(): Promise<Snapshot> {
    const { agent, contrastive } = this;
    const snapshot = joinSnapshots({
      agent: await agent.state(),
      ...(contrastive && { contrastive: await contrastive.state() }),
      ...(this.centre.kind === 'mean' && { centre: await this.centre.state() }),
    });
    snapshot.values.shuffle = { ...this.#shuffle.state() } as unknown as Snapshot['values'];
    snapshot.values.augment = { ...this.#options.augmenter.random.state() } as unknown as Snapshot['values'];
    snapshot.values.rewards = this.#rewards?.state() ?? null;
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    const { shuffle: order, augment, rewards } = snapshot.values;
    this.agent.restore(partOf(snapshot, 'agent'));
    this.contrastive?.restore(partOf(snapshot, 'contrastive'));
    if (this.centre.kind === 'mean') this.centre.restore(partOf(snapshot, 'centre'));
    this.#shuffle.restore(order as unknown as RandomState);
    this.#options.augmenter.random.restore(augment as unknown as RandomState);
    this.#rewards?.restore(rewards);
  }

  dispose(): void {
    this.centre.dispose();
    this.contrastive?.dispose();
    this.agent.dispose();
  }
}

/** A rollout's columns by the names of the advantage estimator. */
function columns({ rewards, values, terminated, truncated, finalValues }: Rollout) {
  return { rewards, values, terminated, truncated, finalValues };
}

/** Slots of a buffer of the rollout's size that it was poured into, for entries of the rollout. */
function slots({ layout: { steps, envs } }: Rollout, entries: Int32Array): Int32Array {
  return entries.map((entry) => (entry % envs) * steps + Math.floor(entry / envs));
}

/** Fisher and Yates. */
function shuffle(entries: Int32Array, random: Random): void {
  for (let i = entries.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [entries[i], entries[j]] = [entries[j], entries[i]];
  }
}

function mean(numbers: Float32Array): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
