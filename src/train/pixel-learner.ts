import { joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import type { Agent, Judgement, Metrics, TransitionBatch, UpdateOptions } from '../agents/index.ts';
import type { ContrastiveLearner, Samples, View } from '../curl/index.ts';
import { randomBox, resizedCrop, type Augmenter, type PictureCentre } from '../encoders/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import {
  centerCrop,
  laterTransitions,
  oldestTransition,
  transitionNumbers,
  type Crop,
  type Indices,
  type ReplayBuffer,
} from '../replay/index.ts';
import { drawTransitions, drawnTensors, type Draw, type DrawOptions } from './draw.ts';
import type { Learner } from './types.ts';

/** Pictures whose mean is taken in one go. */
const PICTURES_AT_ONCE = 64;

/** What one update reads from the replay buffer: bytes and numbers, nothing on the engine yet. */
export interface PixelBatch extends Draw {
  observations: Uint8Array;
  nextObservations: Uint8Array;
  /** Further crops of both, as many as the agent wants. */
  more: { observations: Uint8Array[]; nextObservations: Uint8Array[] };
  /** One for each of the objective's views that is not the agent's image itself. */
  fresh: Uint8Array[];
  /** Where the views come from. */
  samples: Samples;
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
    const buffer = (k: number) => (this.#buffers[k] ??= new Uint8Array(bytes));
    const drawn = drawTransitions(replay, this.#options.draw);
    const { indices, last } = drawn;
    // Every corner that fits can be drawn, as in RAD; CURL's code leaves the last one out.
    const draw = () => ({ size: crop, offsets: replay.randomOffsets(batchSize, crop, { lastOffset: true }) });
    const observations = replay.observations(indices, draw(), buffer(0));
    const nextObservations = replay.nextObservations(last, draw(), buffer(1));
    const fresh: Uint8Array[] = [];
    let used = 2;
    const next = () => buffer(used++);
    const valid = (this.contrastive?.views ?? []).map((view, k) => {
      const out = () => {
        const images = next();
        fresh.push(images);
        return images;
      };
      if (view.crop === 'agent') {
        // The agent's own crop, in a copy where the objective sees it changed.
        if (augmenter.changes(k)) augmenter.view(k, copyInto(out(), observations), image);
        return new Float32Array(batchSize).fill(1);
      }
      const shown = this.#shown(replay, indices, view);
      const images = out();
      if (view.area) this.#part(replay, shown.read, view.area, images);
      else shown.read(draw(), images);
      augmenter.view(k, images, image, { part: view.area !== undefined });
      return shown.valid;
    });
    const { views = { observations: 1, nextObservations: 1 } } = this.agent;
    const further = (wanted: number, read: (crop: Crop, out: Uint8Array) => Uint8Array) =>
      Array.from({ length: wanted - 1 }, () => read(draw(), next()));
    const more = {
      observations: further(views.observations, (...crop) => replay.observations(indices, ...crop)),
      nextObservations: further(views.nextObservations, (...crop) => replay.nextObservations(last, ...crop)),
    };
    for (const images of [observations, nextObservations, ...more.observations, ...more.nextObservations]) {
      augmenter.agent(images, image);
    }
    return {
      ...drawn,
      observations,
      nextObservations,
      more,
      fresh,
      samples: {
        slots: indices,
        numbers: transitionNumbers(replay, indices),
        oldest: oldestTransition(replay),
        valid,
      },
    };
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

  /** How to read the observations that a view shows, and where they are the right ones. */
  #shown(replay: ReplayBuffer, indices: Indices, { later = 0 }: View) {
    if (later === 0) {
      const read = (crop?: Crop, out?: Uint8Array) => replay.observations(indices, crop, out);
      return { read, valid: new Float32Array(indices.length).fill(1) };
    }
    // The observation after k steps is what the transition k - 1 steps later led to.
    const { indices: last, valid } = laterTransitions(replay, indices, later - 1);
    const read = (crop?: Crop, out?: Uint8Array) => replay.nextObservations(last, crop, out);
    return { read, valid };
  }

  /** Random parts of whole observations, each resized to the size of a crop. */
  #part(
    replay: ReplayBuffer,
    read: () => Uint8Array,
    area: readonly [number, number],
    out: Uint8Array,
  ): Uint8Array {
    const { crop, observation } = this.#options;
    const { batchSize } = this.#options.draw;
    const whole = read();
    const [from, to] = [whole.length / batchSize, out.length / batchSize];
    for (let k = 0; k < batchSize; k++) {
      const image = { ...observation, data: whole.subarray(k * from, (k + 1) * from) };
      const box = randomBox(replay.options.random, observation, { area });
      resizedCrop(image, box, { height: crop, width: crop }, out.subarray(k * to, (k + 1) * to));
    }
    return out;
  }

  update(batch: PixelBatch, { log }: { log: boolean }): Promise<Metrics | null> {
    const { crop, observation, augmenter } = this.#options;
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
    const fresh = this.contrastive ? batch.fresh.map(images) : [];
    let next = 0;
    const views = (this.contrastive?.views ?? []).map(({ crop: kind }, k) =>
      kind === 'agent' && !augmenter.changes(k) ? transitions.observations : fresh[next++],
    );
    const errors = batch.prioritise ? new Float32Array(batchSize) : undefined;
    const metrics = this.#step(transitions, views, batch.samples, { log, errors });
    tf.dispose([transitions as unknown as tf.TensorContainer, fresh]);
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

function copyInto(target: Uint8Array, source: Uint8Array): Uint8Array {
  target.set(source);
  return target;
}
