import { InputError, Random, joinSnapshots, partOf, type RandomState, type Snapshot } from '../base/index.ts';
import type { Metrics } from '../agents/index.ts';
import { encoders, type ContrastiveLearner, type EncoderEntry } from '../curl/index.ts';
import {
  Augmenter,
  backbones,
  newEncoder,
  type AugmentRecipe,
  type Backbone,
  type ImageShape,
  type PixelEncoder,
} from '../encoders/index.ts';
import { bytesToFloat, emaStep, tf } from '../engine/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import { objectiveViews, type ObjectiveViews } from './objective-views.ts';
import type { Learner } from './types.ts';

/** How the momentum copy follows that CURL takes its keys from: as SAC moves it. */
const TARGET = { every: 2, tau: 0.05 };

export interface PretrainLearnerOptions {
  encoder: PixelEncoder;
  targetEncoder: PixelEncoder;
  contrastive: ContrastiveLearner;
  observation: ImageShape;
  crop: number;
  batchSize: number;
  augmenter: Augmenter;
}

/** An objective that trains an encoder alone, on what a replay buffer holds. */
export class PretrainLearner implements Learner<ObjectiveViews> {
  readonly encoder: PixelEncoder;
  readonly targetEncoder: PixelEncoder;
  readonly contrastive: ContrastiveLearner;
  readonly #options: PretrainLearnerOptions;
  #updates = 0;

  constructor(options: PretrainLearnerOptions) {
    this.encoder = options.encoder;
    this.targetEncoder = options.targetEncoder;
    this.contrastive = options.contrastive;
    this.#options = options;
    this.targetEncoder.parameters.copyFrom(this.encoder.parameters);
  }

  /** @throws InputError: there is nothing that acts */
  act(): Float32Array {
    throw new InputError(
      'A pretraining run has an encoder and no agent; curlew probe shows what it learned.',
    );
  }

  /** Without an agent there is no crop of its own: `agent` views are random crops like the others. */
  sample(replay: ReplayBuffer): ObjectiveViews {
    const indices = replay.sample(this.#options.batchSize);
    return objectiveViews(replay, indices, this.contrastive.views, this.#options);
  }

  update({ images, samples }: ObjectiveViews, { log }: { log: boolean }): Promise<Metrics | null> {
    const { batchSize, crop, observation } = this.#options;
    const shape = [batchSize, crop, crop, observation.channels];
    const views = images.map((bytes) => bytesToFloat<tf.Rank.R4>(bytes!, shape));
    const metrics = this.contrastive.update(views, { log, samples });
    tf.dispose(views);
    if (++this.#updates % TARGET.every === 0)
      tf.tidy(() => emaStep(this.targetEncoder.parameters, this.encoder.parameters, TARGET.tau));
    return Promise.resolve(metrics);
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  async state(): Promise<Snapshot> {
    const snapshot = joinSnapshots({
      encoder: { tensors: await this.encoder.parameters.save(), values: {} },
      target_encoder: { tensors: await this.targetEncoder.parameters.save(), values: {} },
      contrastive: await this.contrastive.state(),
    });
    snapshot.values.updates = this.#updates;
    snapshot.values.augment = { ...this.#options.augmenter.random.state() } as unknown as Snapshot['values'];
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    this.encoder.parameters.load(partOf(snapshot, 'encoder').tensors);
    this.targetEncoder.parameters.load(partOf(snapshot, 'target_encoder').tensors);
    this.contrastive.restore(partOf(snapshot, 'contrastive'));
    this.#updates = snapshot.values.updates as number;
    this.#options.augmenter.random.restore(snapshot.values.augment as unknown as RandomState);
  }

  dispose(): void {
    this.contrastive.dispose();
    this.encoder.parameters.dispose();
    this.targetEncoder.parameters.dispose();
  }
}

const optionsOf = ({ id: _id, ...rest }: { id: string }): unknown => rest;

/** What the networks of an experiment see of an observation. */
export function imageOf({ augment }: Pick<Experiment, 'augment'>, observation: ImageShape): ImageShape {
  const side = augment.crop ?? observation.height;
  return { height: side, width: side, channels: observation.channels };
}

/** An encoder of a resolved experiment's backbone with fresh weights. */
export function freshEncoder(
  { backbone: part, seed }: Pick<Experiment, 'backbone' | 'seed'>,
  image: ImageShape,
  ...stream: string[]
): PixelEncoder {
  const backbone = (backbones as Record<string, unknown>)[part.id] as Backbone;
  return newEncoder(backbone, optionsOf(part), image, Random.stream(seed, ...stream, 'weights'));
}

/**
 * The learner of a resolved pretraining experiment.
 * @throws InputError where the experiment names no objective
 */
export function buildPretrainLearner(experiment: Experiment, observation: ImageShape): PretrainLearner {
  const { encoder: part, backbone, seed, train, augment } = experiment;
  const image = imageOf(experiment, observation);
  const encoder = freshEncoder(experiment, image, 'pretrain');
  const targetEncoder = freshEncoder(experiment, image, 'pretrain', 'target');
  const entry = (encoders as Record<string, unknown>)[part.id] as EncoderEntry;
  const contrastive = entry.create({
    encoder,
    targetEncoder,
    newEncoder: (random) =>
      newEncoder(
        (backbones as Record<string, unknown>)[backbone.id] as Backbone,
        optionsOf(backbone),
        image,
        random,
      ),
    options: optionsOf(part),
    seed,
  });
  if (!contrastive) throw new InputError(`encoder.id: ${part.id} trains nothing; name an objective.`);
  return new PretrainLearner({
    encoder,
    targetEncoder,
    contrastive,
    observation,
    crop: image.height,
    batchSize: train.batchSize,
    augmenter: new Augmenter(augment as AugmentRecipe, Random.stream(seed, 'augment')),
  });
}
