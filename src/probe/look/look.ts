import { Random } from '../../base/index.ts';
import { nearestRows } from '../../encoders/index.ts';
import { unstackFrames } from '../../runs/index.ts';
import { EncoderFeed, imageOf, loadEncoder, type SavedEncoder } from '../../train/index.ts';
import { embed } from '../features.ts';
import { pcaMap, umapMap, type MapPoints } from '../map.ts';
import { rowsOf, type DenseMatrix } from '../matrix.ts';
import { variablesOf } from '../variables.ts';
import { observe, type Observed } from './observations.ts';
import type { EncoderLook, LookVariable, LookView } from './types.ts';

export interface LookOptions {
  /** Observations to collect. */
  rows?: number;
  episodeSteps?: number;
  policy?: 'agent' | 'random';
  seed?: number;
  /** Neighbours kept of each observation. */
  neighbours?: number;
  onProgress?(text: string): void;
}

/** RGB frames of a stacked observation, oldest first. */
function framesOf(image: Uint8Array, width: number, height: number, stack: number): Uint8Array[] {
  const channels = image.length / (width * height * stack);
  return unstackFrames(image, width, height, channels === 1 ? 1 : 3);
}

/** The rows nearest to each, of other episodes: the moments before and after are near in any representation. */
function neighboursOf(features: DenseMatrix, episodes: Int32Array, count: number): EncoderLook['neighbours'] {
  const rows = Array.from({ length: features.rows }, (_, row) => row);
  const found = new Array<EncoderLook['neighbours'][number]>(features.rows).fill([]);
  for (const episode of new Set(episodes)) {
    const own = rows.filter((row) => episodes[row] === episode);
    const others = rows.filter((row) => episodes[row] !== episode);
    if (others.length === 0) continue;
    const nearest = nearestRows(rowsOf(features, others), rowsOf(features, own), count);
    own.forEach((row, i) => {
      found[row] = nearest[i].map((one) => ({ ...one, row: others[one.row] }));
    });
  }
  return found;
}

function variablesFor(run: SavedEncoder, seen: Observed): LookVariable[] {
  const { rows, states, steps, rewards, values } = seen;
  const known: LookVariable[] = values ? [{ name: 'value', values }] : [];
  if (states) {
    const data = states.subarray(0, rows * (states.length / rows));
    const matrix = { rows, columns: data.length / rows, data };
    const { targets, facts } = variablesOf(run.experiment.env.id, matrix);
    known.push(...targets, ...facts.map(({ name, labels }) => ({ name, values: Float64Array.from(labels) })));
  }
  return [...known, { name: 'reward', values: rewards }, { name: 'step', values: Float64Array.from(steps) }];
}

/** A run's encoder at work on fresh observations of the run's environment. */
export class Looking {
  readonly look: EncoderLook;
  readonly #features: DenseMatrix;
  readonly #feed: EncoderFeed;
  readonly #stack: number;
  readonly #seed: number;

  private constructor(
    look: EncoderLook,
    parts: { features: DenseMatrix; feed: EncoderFeed; stack: number; seed: number },
  ) {
    this.look = look;
    this.#features = parts.features;
    this.#feed = parts.feed;
    this.#stack = parts.stack;
    this.#seed = parts.seed;
  }

  /**
   * Loads the newest checkpoint of a run, lets its agent act (or random actions, as in a pretraining), and embeds
   * what is seen.
   * @throws InputError where the run has no checkpoint yet, or no pixel encoder
   */
  static async open(folder: string, options: LookOptions = {}): Promise<Looking> {
    const { rows = 400, episodeSteps = 50, seed = 0, neighbours = 16, onProgress } = options;
    onProgress?.('loading the newest checkpoint');
    const run = await loadEncoder(folder);
    try {
      const policy = run.policy && options.policy !== 'random' ? 'agent' : 'random';
      const told = (done: number) => onProgress?.(`collecting observations: ${done} of ${rows}`);
      told(0);
      const sight = Random.stream(seed, 'look', 'frames').seed();
      const seen = await observe(run, { rows, episodeSteps, policy, seed: sight, onProgress: told });
      onProgress?.('embedding them');
      const { replay } = seen;
      const { height, width, channels, stack } = replay.options;
      const shape = { height, width, channels: channels * stack };
      const images = replay.observations(Int32Array.from({ length: seen.rows }, (_, row) => row));
      const crop = imageOf(run.experiment, shape).height;
      const features = embed(run.encoder, { shape, count: seen.rows, images }, crop);
      onProgress?.('mapping them');
      const { points, explained } = pcaMap(features);
      const bytes = images.length / seen.rows;
      const pictures = Array.from({ length: seen.rows }, (_, row) =>
        framesOf(images.subarray(row * bytes, (row + 1) * bytes), width, height, stack).at(-1)!,
      );
      const look: EncoderLook = {
        ...{ agentStep: run.agentStep, policy, rows: seen.rows, dimensions: features.columns },
        ...{ width, height, pictures, episodes: seen.episodes, steps: seen.steps },
        ...{ variables: variablesFor(run, seen), pca: points, explained },
        neighbours: neighboursOf(features, seen.episodes, neighbours),
        notes: run.notes,
      };
      const feed = new EncoderFeed(run.parts.learner, run.experiment, replay, seed);
      return new Looking(look, { features, feed, stack, seed });
    } finally {
      run.close();
    }
  }

  /** A map that keeps neighbours together; takes a second or so. */
  umap(): MapPoints {
    return umapMap(this.#features, this.#seed);
  }

  /** What training would feed the encoder of an observation, drawn anew at each call. */
  views(row: number): LookView[] {
    const { crop } = this.#feed;
    return this.#feed.draw(row).map(({ title, made, image }) => ({
      ...{ title, made, width: crop, height: crop, frames: framesOf(image, crop, crop, this.#stack) },
    }));
  }
}
