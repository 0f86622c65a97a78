import { Random, type RandomState } from '../base/index.ts';
import type { Matrix, PixelEncoder } from '../encoders/index.ts';
import { startEngine } from '../engine/index.ts';
import type { Experiment } from '../runs/index.ts';
import {
  buildPretrainLearner,
  buildPretraining,
  collect,
  freshEncoder,
  imageOf,
  resolveExperiment,
  type PretrainParts,
} from '../train/index.ts';
import { embed, rawPixels } from './features.ts';
import { collectFrames, type Frames } from './frames.ts';
import { rowsOf, type DenseMatrix } from './matrix.ts';
import { rSquared, ridge } from './ridge.ts';
import { splitByEpisode, type Split } from './split.ts';
import { targetMatrix, variablesOf } from './variables.ts';

/** R^2 of a linear probe on frames of episodes that it has not seen. */
export interface LinearScore {
  /** Mean over variables. */
  mean: number;
  /** By name of the variable. */
  r2: Record<string, number>;
}

/**
 * Several objectives on the same frames of one task: the frames to learn from, the frames to probe on, and the
 * weights to start from are the same for all of them and depend on the seed alone.
 */
export class Study {
  readonly experiment: Experiment;
  readonly frames: Frames;
  readonly #parts: PretrainParts;
  readonly #draws: RandomState;
  readonly #targets: DenseMatrix;
  readonly #names: string[];
  readonly #split: Split;

  private constructor(experiment: Experiment, parts: PretrainParts, frames: Frames) {
    this.experiment = experiment;
    this.frames = frames;
    this.#parts = parts;
    this.#draws = parts.replay.options.random.state();
    const { targets } = variablesOf(experiment.env.id, frames.states);
    this.#names = targets.map(({ name }) => name);
    this.#targets = targetMatrix(targets, frames.count);
    this.#split = splitByEpisode(frames.episodes, experiment.seed);
  }

  /** Collects the frames of a pretraining experiment, and `probeFrames` others to judge by. */
  static async prepare(given: Experiment, probeFrames: number): Promise<Study> {
    const experiment = resolveExperiment(given);
    await startEngine(experiment.engine);
    const parts = await buildPretraining(experiment);
    const { frames: steps, episodeSteps, hold } = experiment.pretrain!;
    const { env, actions, replay } = parts;
    const { seed } = experiment;
    for await (const { observation, step } of collect(env, actions, { steps, episodeSteps, hold, seed })) {
      if (step) replay.add({ ...step, observation });
      else replay.start(observation);
    }
    const other = Random.stream(seed, 'probe', 'frames').seed();
    const options = { steps: probeFrames, episodeSteps, hold, seed: other };
    return new Study(experiment, parts, await collectFrames(env, actions, options));
  }

  /** Linear probe from some features `[N, D]` of the frames to the true state. */
  score(features: Matrix): LinearScore {
    const { predicted } = ridge(features, this.#targets, this.#split);
    const values = rSquared(predicted, rowsOf(this.#targets, this.#split.test));
    const r2 = Object.fromEntries(this.#names.map((name, i) => [name, values[i]]));
    const known = values.filter(Number.isFinite);
    return { mean: known.reduce((sum, value) => sum + value, 0) / known.length, r2 };
  }

  /** Embeddings of the frames. */
  embed(encoder: PixelEncoder): DenseMatrix {
    return embed(encoder, this.frames, imageOf(this.experiment, this.frames.shape).height);
  }

  rawPixels(): DenseMatrix {
    return rawPixels(this.frames);
  }

  /** Embeddings by the weights that every objective starts from. */
  untrained(): DenseMatrix {
    const { experiment, frames } = this;
    const encoder = freshEncoder(experiment, imageOf(experiment, frames.shape), 'pretrain');
    const embeddings = this.embed(encoder);
    encoder.parameters.dispose();
    return embeddings;
  }

  /** Embeddings after `experiment.steps` updates of an objective with some options. */
  async pretrained(encoder: { id: string }): Promise<{ embeddings: DenseMatrix; health: number }> {
    const { replay } = this.#parts;
    const { steps } = this.experiment;
    replay.options.random.restore(this.#draws);
    const experiment = resolveExperiment({ ...this.experiment, encoder });
    const learner = buildPretrainLearner(experiment, this.frames.shape);
    let std = NaN;
    for (let update = 1; update <= steps; update++) {
      const metrics = await learner.update(learner.sample(replay), { log: update === steps });
      std = metrics?.['embedding.std'] ?? std;
    }
    const embeddings = this.embed(learner.encoder);
    learner.dispose();
    return { embeddings, health: std };
  }

  close(): void {
    this.#parts.env.close();
    this.#parts.learner.dispose();
  }
}
