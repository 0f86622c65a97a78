import { joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import type { Agent, Judgement, Metrics, TransitionBatch, UpdateOptions } from '../agents/index.ts';
import type { ContrastiveLearner, Samples } from '../curl/index.ts';
import type { Augmenter, PictureCentre } from '../encoders/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import { centerCrop, type Crop, type Indices, type ReplayBuffer } from '../replay/index.ts';
import { drawTransitions, drawnTensors, type Draw, type DrawOptions } from './draw.ts';
import { objectiveViews, randomCrops, type ObjectiveViews } from './objective-views.ts';
import type { Learner } from './types.ts';

/** Pictures whose mean is taken in one go. */
const PICTURES_AT_ONCE = 64;

/** What one update reads from the replay buffer: bytes and numbers, nothing on the engine yet. */
export interface PixelBatch extends Draw {
  observations: Uint8Array;
  nextObservations: Uint8Array;
  /** Further crops of both, as many as the agent wants. */
  more: { observations: Uint8Array[]; nextObservations: Uint8Array[] };
  /** The objective's; null for the first crop of the observations itself. */
  views: ObjectiveViews;
}

export interface PixelLearnerOptions {
  agent: Agent;
  /** The objective beside the agent; null where the agent's own losses train the encoder alone. */
  contrastive: ContrastiveLearner | null;
  /** What the networks' pictures are moved by. */
  centre: PictureCentre;
  /** Whole stacked observations. */
  observation: { height: number; width: number; channels: number };
  /** Side of the crops that the networks see. */
  crop: number;
  draw: DrawOptions;
  /** What is done to images after their crop. */
  augmenter: Augmenter;
}

/**
 * An agent that learns from random crops, with a contrastive objective beside it, in the order of CURL (Srinivas et
 * al. 2020, algorithm 1): one batch, independent crops of o, o' and of each further view, the agent's update, then
 * the objective's, or both at once where the agent's update is joint. One corner serves all frames of a stack. When
 * acting, the crop is the centre.
 */
export class PixelLearner implements Learner<PixelBatch> {
  readonly agent: Agent;
  readonly contrastive: ContrastiveLearner | null;
  readonly centre: PictureCentre;
  readonly #options: PixelLearnerOptions;
  /** Memory of a batch's images, used again for each batch. */
  readonly #buffers: Uint8Array[] = [];

  constructor(options: PixelLearnerOptions) {
    this.agent = options.agent;
    this.contrastive = options.contrastive;
    this.centre = options.centre;
    this.#options = options;
    if (this.agent.joint) this.contrastive?.join();
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array {
    return this.agent.act(centerCrop(observation, this.#options.observation, this.#options.crop), 1, options);
  }

  judge(observation: Uint8Array): Judgement {
    return this.agent.judge(centerCrop(observation, this.#options.observation, this.#options.crop), 1);
  }

  /** Draws a batch; its images hold until the next one is drawn. */
  sample(replay: ReplayBuffer): PixelBatch {
    const { crop, observation, augmenter } = this.#options;
    if (this.centre.wanting) this.centre.measure(this.#middles(replay));
    const { batchSize } = this.#options.draw;
    const image = { height: crop, width: crop, channels: observation.channels };
    const bytes = batchSize * crop * crop * observation.channels;
    let used = 0;
    const memory = () => (this.#buffers[used++] ??= new Uint8Array(bytes));
    const draw = () => randomCrops(replay, batchSize, crop);
    const drawn = drawTransitions(replay, this.#options.draw);
    const { indices, last } = drawn;
    const observations = replay.observations(indices, draw(), memory());
    const nextObservations = replay.nextObservations(last, draw(), memory());
    const views = objectiveViews(replay, indices, this.contrastive?.views ?? [], {
      ...this.#options,
      own: observations,
      memory,
    });
    const { views: wanted = { observations: 1, nextObservations: 1 } } = this.agent;
    const further = (count: number, read: (crop: Crop, out: Uint8Array) => Uint8Array) =>
      Array.from({ length: count - 1 }, () => read(draw(), memory()));
    const more = {
      observations: further(wanted.observations, (...crop) => replay.observations(indices, ...crop)),
      nextObservations: further(wanted.nextObservations, (...crop) => replay.nextObservations(last, ...crop)),
    };
    for (const images of [observations, nextObservations, ...more.observations, ...more.nextObservations]) {
      augmenter.agent(images, image);
    }
    return { ...drawn, observations, nextObservations, more, views };
  }

  /** The middles of all observations that replay holds, some at a time. */
  *#middles(replay: ReplayBuffer): Generator<Uint8Array> {
    const { observation, crop } = this.#options;
    for (let first = 0; first < replay.size; first += PICTURES_AT_ONCE) {
      const count = Math.min(PICTURES_AT_ONCE, replay.size - first);
      const slots: Indices = Int32Array.from({ length: count }, (_, k) => first + k);
      yield centerCrop(replay.observations(slots), observation, crop);
    }
  }

  update(batch: PixelBatch, { log }: { log: boolean }): Promise<Metrics | null> {
    const { crop, observation } = this.#options;
    const { batchSize } = this.#options.draw;
    const shape = [batchSize, crop, crop, observation.channels];
    const images = (bytes: Uint8Array) => bytesToFloat<tf.Rank.R4>(bytes, shape);
    const transitions: TransitionBatch = {
      observations: images(batch.observations),
      nextObservations: images(batch.nextObservations),
      ...drawnTensors(batch, batchSize),
      moreObservations: batch.more.observations.map(images),
      moreNextObservations: batch.more.nextObservations.map(images),
    };
    const views = batch.views.images.map((bytes) => (bytes ? images(bytes) : transitions.observations));
    const errors = batch.prioritise ? new Float32Array(batchSize) : undefined;
    const metrics = this.#step(transitions, views, batch.views.samples, { log, errors });
    tf.dispose([transitions as unknown as tf.TensorContainer, views]);
    if (errors) batch.prioritise?.(errors);
    return Promise.resolve(metrics);
  }

  #step(
    batch: TransitionBatch,
    views: tf.Tensor4D[],
    samples: Samples,
    options: UpdateOptions,
  ): Metrics | null {
    const { agent, contrastive } = this;
    const { log } = options;
    if (agent.joint) {
      const metrics = agent.update(batch, { ...options, auxiliary: contrastive?.auxiliary(views, samples) });
      return metrics && { ...metrics, ...contrastive?.metrics() };
    }
    const metrics = agent.update(batch, options);
    const own = contrastive?.update(views, { log, samples });
    return metrics && { ...metrics, ...own };
  }

  scaleLearningRates(factor: number): void {
    this.agent.scaleLearningRates?.(factor);
    this.contrastive?.scaleLearningRate(factor);
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
    snapshot.values.augment = { ...this.#options.augmenter.random.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.agent.restore(partOf(snapshot, 'agent'));
    this.contrastive?.restore(partOf(snapshot, 'contrastive'));
    if (this.centre.kind === 'mean') this.centre.restore(partOf(snapshot, 'centre'));
    const { augment } = snapshot.values;
    if (augment !== undefined) this.#options.augmenter.random.restore(augment as unknown as RandomState);
  }

  dispose(): void {
    this.centre.dispose();
    this.contrastive?.dispose();
    this.agent.dispose();
  }
}
