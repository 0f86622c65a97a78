import { Random } from '../../base/index.ts';
import {
  Augmenter,
  crossEntropy,
  weightedKnn,
  type AugmentRecipe,
  type PixelEncoder,
} from '../../encoders/index.ts';
import { Adam, Dense, Parameters, bytesToFloat, lossAndGradients, tf } from '../../engine/index.ts';
import { ReplayBuffer } from '../../replay/index.ts';
import type { Experiment } from '../../runs/index.ts';
import { buildPretrainLearner, freshEncoder, resolveExperiment } from '../../train/index.ts';
import { probeFact } from '../facts.ts';
import { embed } from '../features.ts';
import { rowsOf, type DenseMatrix } from '../matrix.ts';
import type { LabelledImages } from './images.ts';

/** How well classes are told from an embedding, on pictures that nothing was fitted on. */
export interface VisionScore {
  /** Accuracy of a linear probe. */
  linear: number;
  /** Accuracy of 200 weighted nearest neighbours, T = 0.1 (Wu et al., arXiv 1805.01978). */
  knn: number;
}

/** What a study of pictures is made of. */
export interface VisionOptions {
  /** Backbone, objective, augmentation, batch size, updates (`steps`) and seed. */
  experiment: Experiment;
  train: LabelledImages;
  test: LabelledImages;
}

/** Objectives on the same labelled pictures; labels are for the probes alone. */
export class VisionStudy {
  readonly #experiment: Experiment;
  readonly #train: LabelledImages;
  readonly #test: LabelledImages;

  constructor({ experiment, train, test }: VisionOptions) {
    this.#experiment = resolveExperiment(experiment);
    this.#train = train;
    this.#test = test;
  }

  get #image() {
    return { height: this.#train.side, width: this.#train.side, channels: 3 };
  }

  /** A replay buffer in which every picture is an episode of its own. */
  #buffer(): ReplayBuffer {
    const { images, count, side } = this.#train;
    const bytes = side * side * 3;
    const buffer = new ReplayBuffer({
      ...{ capacity: count, height: side, width: side, channels: 3, stack: 1, actionSize: 1 },
      random: Random.stream(this.#experiment.seed, 'vision', 'draws'),
    });
    for (let n = 0; n < count; n++) {
      const observation = images.subarray(n * bytes, (n + 1) * bytes);
      buffer.start(observation);
      buffer.add({ action: [0], reward: 0, observation, terminated: true, truncated: false });
    }
    return buffer;
  }

  #features(encoder: PixelEncoder, { images, count, side }: LabelledImages): DenseMatrix {
    return embed(encoder, { shape: this.#image, count, images }, side);
  }

  /** Probes an encoder. */
  #score(encoder: PixelEncoder): VisionScore {
    const [train, test] = [this.#train, this.#test];
    const [bank, queries] = [this.#features(encoder, train), this.#features(encoder, test)];
    const all = {
      rows: bank.rows + queries.rows,
      columns: bank.columns,
      data: new Float64Array(bank.data.length + queries.data.length),
    };
    all.data.set(bank.data);
    all.data.set(queries.data, bank.data.length);
    const labels = Int32Array.from([...train.labels, ...test.labels]);
    const held = Math.floor(train.count / 5);
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const split = {
      train: range(held, train.count),
      validation: range(0, held),
      test: range(train.count, all.rows),
    };
    const classes = train.classes.length;
    const { accuracy } = probeFact(all, { name: 'class', labels, classes }, split);
    const { predictions } = weightedKnn(bank, train.labels, rowsOf(queries, range(0, queries.rows)), {
      ...{ k: Math.min(200, bank.rows), temperature: 0.1, classes },
    });
    const right = predictions.reduce((sum, said, i) => sum + (said === test.labels[i] ? 1 : 0), 0);
    return { linear: accuracy, knn: right / test.count };
  }

  /** Features by random weights. */
  random(): VisionScore {
    const encoder = freshEncoder(this.#experiment, this.#image, 'pretrain');
    const score = this.#score(encoder);
    encoder.parameters.dispose();
    return score;
  }

  /** After as many updates of an objective. */
  async pretrained(encoder: { id: string }): Promise<VisionScore> {
    const experiment = resolveExperiment({ ...this.#experiment, encoder });
    const learner = buildPretrainLearner(experiment, this.#image);
    const buffer = this.#buffer();
    for (let update = 0; update < experiment.steps; update++)
      await learner.update(learner.sample(buffer), { log: false });
    const score = this.#score(learner.encoder);
    learner.dispose();
    return score;
  }

  /** The upper bound: the same network, updates and augmentation, trained on the classes themselves. */
  supervised(): VisionScore {
    const { seed, steps, train, augment } = this.#experiment;
    const { images, labels, count, side, classes } = this.#train;
    const encoder = freshEncoder(this.#experiment, this.#image, 'pretrain');
    const head = new Dense(encoder.head.size, classes.length, Random.stream(seed, 'vision', 'head'));
    const parameters = Parameters.join({ encoder: encoder.parameters, head: head.parameters });
    const optimiser = new Adam(parameters, { learningRate: 1e-3 });
    const augmenter = new Augmenter(augment as AugmentRecipe, Random.stream(seed, 'augment'));
    const random = Random.stream(seed, 'vision', 'batches');
    const bytes = side * side * 3;
    const batch = new Uint8Array(train.batchSize * bytes);
    for (let update = 0; update < steps; update++) {
      const rows = Int32Array.from({ length: train.batchSize }, () => random.integer(count));
      rows.forEach((row, k) => batch.set(images.subarray(row * bytes, (row + 1) * bytes), k * bytes));
      augmenter.view(0, batch, this.#image);
      tf.tidy(() => {
        const x = bytesToFloat<tf.Rank.R4>(batch, [train.batchSize, side, side, 3]);
        const y = tf.tensor1d(
          rows.map((row) => labels[row]),
          'int32',
        );
        const loss = () => tf.mean(crossEntropy(head.apply(encoder.encode(x)), y)) as tf.Scalar;
        optimiser.apply(lossAndGradients(loss, parameters).gradients);
      });
    }
    const score = this.#score(encoder);
    optimiser.dispose();
    parameters.dispose();
    return score;
  }
}
