import { joinSnapshots, partOf, type Snapshot } from '../base/index.ts';
import type { Agent, Metrics, TransitionBatch } from '../agents/index.ts';
import type { ContrastiveLearner } from '../curl/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import { centerCrop, type ReplayBuffer } from '../replay/index.ts';
import type { Learner } from './types.ts';

/** What one update reads from the replay buffer: bytes and numbers, nothing on the engine yet. */
export interface PixelBatch {
  observations: Uint8Array;
  nextObservations: Uint8Array;
  /** Further crops of the observations, one for each view of kind `fresh`. */
  fresh: Uint8Array[];
  actions: Float32Array;
  rewards: Float32Array;
  terminated: Float32Array;
}

export interface PixelLearnerOptions {
  agent: Agent;
  /** The objective beside the agent; null where the agent's own losses train the encoder alone. */
  contrastive: ContrastiveLearner | null;
  /** Whole stacked observations. */
  observation: { height: number; width: number; channels: number };
  /** Side of the crops that the networks see. */
  crop: number;
  batchSize: number;
  actionSize: number;
}

/**
 * An agent that learns from random crops, with a contrastive objective beside it, in the order of CURL (Srinivas et
 * al. 2020, algorithm 1): one batch, independent crops of o, o' and of each further view, the agent's update, then
 * the objective's. One corner serves all frames of a stack. When acting, the crop is the centre.
 */
export class PixelLearner implements Learner<PixelBatch> {
  readonly agent: Agent;
  readonly contrastive: ContrastiveLearner | null;
  readonly #options: PixelLearnerOptions;
  /** Memory of a batch's images, used again for each batch. */
  readonly #buffers: Uint8Array[] = [];

  constructor(options: PixelLearnerOptions) {
    this.agent = options.agent;
    this.contrastive = options.contrastive;
    this.#options = options;
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array {
    return this.agent.act(centerCrop(observation, this.#options.observation, this.#options.crop), 1, options);
  }

  /** Draws a batch; its images hold until the next one is drawn. */
  sample(replay: ReplayBuffer): PixelBatch {
    const { batchSize, crop, observation } = this.#options;
    const bytes = batchSize * crop * crop * observation.channels;
    const buffer = (k: number) => (this.#buffers[k] ??= new Uint8Array(bytes));
    const indices = replay.sample(batchSize);
    // Every corner that fits can be drawn, as in RAD; CURL's code leaves the last one out.
    const draw = () => ({ size: crop, offsets: replay.randomOffsets(batchSize, crop, { lastOffset: true }) });
    const fresh = this.contrastive?.views.filter((view) => view.crop === 'fresh') ?? [];
    return {
      observations: replay.observations(indices, draw(), buffer(0)),
      nextObservations: replay.nextObservations(indices, draw(), buffer(1)),
      fresh: fresh.map((_, k) => replay.observations(indices, draw(), buffer(2 + k))),
      actions: replay.actions(indices),
      rewards: replay.rewards(indices),
      terminated: replay.terminated(indices),
    };
  }

  update(batch: PixelBatch, { log }: { log: boolean }): Promise<Metrics | null> {
    const { batchSize, crop, actionSize, observation } = this.#options;
    const shape = [batchSize, crop, crop, observation.channels];
    const images = (bytes: Uint8Array) => bytesToFloat<tf.Rank.R4>(bytes, shape);
    const transitions: TransitionBatch = {
      observations: images(batch.observations),
      actions: tf.tensor2d(batch.actions, [batchSize, actionSize]),
      rewards: tf.tensor1d(batch.rewards),
      nextObservations: images(batch.nextObservations),
      terminated: tf.tensor1d(batch.terminated),
    };
    const metrics: Metrics | null = this.agent.update(transitions, { log });
    transitions.nextObservations.dispose();
    const fresh = this.contrastive ? batch.fresh.map(images) : [];
    let next = 0;
    const views = this.contrastive?.views.map(({ crop: kind }) => {
      return kind === 'agent' ? transitions.observations : fresh[next++];
    });
    const contrastive = this.contrastive?.update(views ?? [], { log }) ?? null;
    tf.dispose([transitions as unknown as tf.TensorContainer, fresh]);
    return Promise.resolve(metrics && { ...metrics, ...contrastive });
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  async state(): Promise<Snapshot> {
    const { agent, contrastive } = this;
    return joinSnapshots({
      agent: await agent.state(),
      ...(contrastive && { contrastive: await contrastive.state() }),
    });
  }

  restore(snapshot: Snapshot): void {
    this.agent.restore(partOf(snapshot, 'agent'));
    this.contrastive?.restore(partOf(snapshot, 'contrastive'));
  }

  dispose(): void {
    this.contrastive?.dispose();
    this.agent.dispose();
  }
}
