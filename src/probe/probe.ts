import { InputError, Random } from '../base/index.ts';
import { linearCka, type ImageShape, type PixelEncoder } from '../encoders/index.ts';
import { randomCrop } from '../replay/index.ts';
import { freshEncoder, imageOf, loadEncoder, type SavedEncoder } from '../train/index.ts';
import { embed, rawPixels } from './features.ts';
import { collectFrames, type Frames } from './frames.ts';
import { pcaMap, umapMap, type MapPoints } from './map.ts';
import { rowsOf, type DenseMatrix } from './matrix.ts';
import { measureRepresentation, sampleRows } from './measure.ts';
import type { ProbeReport, RepresentationReport } from './report.ts';
import type { Retrieval } from './retrieval.ts';
import { splitByEpisode } from './split.ts';
import { variablesOf, type Variables } from './variables.ts';

export interface ProbeOptions {
  /** Observations to collect. */
  frames?: number;
  /** Episodes are cut after this many agent steps. */
  episodeSteps?: number;
  /** Chance that a random action is the one before again. */
  hold?: number;
  seed?: number;
  which?: 'newest' | 'best';
  /** Random actions, or those of the run's agent. */
  policy?: 'random' | 'agent';
  /** Other runs to compare with by CKA. */
  against?: readonly string[];
  /** Whether to train the small network too, which takes a moment. */
  mlp?: boolean;
  onNote?(note: string): void;
}

/** A report with what pictures are made of. */
export interface Probed {
  report: ProbeReport;
  frames: Frames;
  variables: Variables;
  examples: Retrieval['examples'];
  /** Maps of some of the frames, rows of `frames`. */
  maps: { rows: number[]; pca: MapPoints; umap: MapPoints };
}

/** Points of a map; UMAP's time grows with them. */
const MAP_POINTS = 600;
const PAIRS = 512;

/** Windows of some observations at random places. */
function randomWindows({ images, shape }: Frames, rows: number[], crop: number, random: Random): Uint8Array {
  const { height, width, channels } = shape;
  const offsets = randomCrop(random, rows.length, Math.min(height, width), crop, { lastOffset: true });
  const out = new Uint8Array(rows.length * crop * crop * channels);
  rows.forEach((row, k) => {
    for (let y = 0; y < crop; y++) {
      const from = ((row * height + offsets[2 * k] + y) * width + offsets[2 * k + 1]) * channels;
      out.set(images.subarray(from, from + crop * channels), (k * crop + y) * crop * channels);
    }
  });
  return out;
}

/** Embeddings of two crops of the same observations; of 90 % of the picture where the run has no crop. */
function twoViews(encoder: PixelEncoder, frames: Frames, image: ImageShape, seed: number) {
  if (image.height === frames.shape.height) return null;
  const rows = sampleRows(frames.count, PAIRS);
  const view = (name: string) => {
    const images = randomWindows(frames, rows, image.height, Random.stream(seed, 'probe', 'crop', name));
    return embed(encoder, { shape: image, count: rows.length, images }, image.height);
  };
  return { a: view('a'), b: view('b') };
}

/** @throws InputError where two runs do not see the same pictures */
function checkSame(one: SavedEncoder, other: SavedEncoder, folder: string): void {
  const [a, b] = [one.experiment.env, other.experiment.env];
  for (const key of ['id', 'size', 'frameStack'] as const) {
    if (a[key] !== b[key])
      throw new InputError(
        `--against ${folder}: its env.${key} is ${b[key]}, here it is ${a[key]}; encoders are compared on the same pictures.`,
      );
  }
}

async function ckaWith(
  run: SavedEncoder,
  features: DenseMatrix,
  frames: Frames,
  folders: readonly string[],
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const folder of folders) {
    const other = await loadEncoder(folder);
    try {
      checkSame(run, other, folder);
      const crop = imageOf(other.experiment, frames.shape).height;
      found[folder] = linearCka(features, embed(other.encoder, frames, crop));
    } finally {
      other.close();
    }
  }
  return found;
}

/**
 * Measures what a run's encoder makes of frames of its environment, beside the same network with random weights and
 * the pixels themselves.
 * @throws InputError where the run has no encoder, or its environment tells no state
 */
export async function probeRun(folder: string, options: ProbeOptions = {}): Promise<Probed> {
  const { frames: steps = 3000, episodeSteps = 50, hold = 0.5, seed = 0, policy = 'random' } = options;
  const { which, against = [], mlp = true, onNote } = options;
  const run = await loadEncoder(folder, which);
  try {
    for (const note of run.notes) onNote?.(note);
    const { experiment, parts, encoder } = run;
    if (policy === 'agent' && !run.policy)
      throw new InputError(`--policy agent: ${folder} is a pretraining and has no agent; take random.`);
    const acting = policy === 'agent' ? run.policy : null;
    const stream = Random.stream(seed, 'probe', 'frames').seed();
    const frames = await collectFrames(parts.env, parts.actions, {
      ...{ steps, episodeSteps, hold, seed: stream, policy: acting },
    });
    const episodes = new Set(frames.episodes).size;
    if (episodes < 5)
      throw new InputError(
        `${steps} frames make ${episodes} episodes; give more --frames or shorter episodes.`,
      );
    const variables = variablesOf(experiment.env.id, frames.states);
    const image = imageOf(experiment, frames.shape);
    const context = { states: frames.states, variables, split: splitByEpisode(frames.episodes, seed), seed };

    const features = embed(encoder, frames, image.height);
    const random = freshEncoder({ ...experiment, seed }, image, 'probe', 'random');
    const untrained = embed(random, frames, image.height);
    const trainedReport = measureRepresentation('trained', features, context, {
      pair: twoViews(encoder, frames, image, seed),
      mlp,
    });
    const randomReport = measureRepresentation('random weights', untrained, context, {
      pair: twoViews(random, frames, image, seed),
      mlp,
    });
    random.parameters.dispose();
    const pixels = measureRepresentation('raw pixels', rawPixels(frames), context, { pair: null, mlp });

    const rows = sampleRows(frames.count, MAP_POINTS);
    const shown = rowsOf(features, rows);
    const { points, explained } = pcaMap(shown);
    const representations: RepresentationReport[] = [trainedReport, randomReport, pixels].map(
      ({ report }) => report,
    );
    const cka = { 'random weights': linearCka(features, untrained) };
    return {
      report: {
        ...{ version: 1, run: folder, env: experiment.env.id, step: run.agentStep, seed },
        ...{ frames: frames.count, episodes, policy, constant: variables.constant, representations },
        cka: { ...cka, ...(await ckaWith(run, features, frames, against)) },
        explained,
      },
      frames,
      variables,
      examples: trainedReport.examples,
      maps: { rows, pca: points, umap: umapMap(shown, seed) },
    };
  } finally {
    run.close();
  }
}
