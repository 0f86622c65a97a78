import type { Samples, View } from '../curl/index.ts';
import { randomBox, resizedCrop, type Augmenter, type ImageShape } from '../encoders/index.ts';
import {
  laterTransitions,
  oldestTransition,
  transitionNumbers,
  type Crop,
  type Indices,
  type ReplayBuffer,
} from '../replay/index.ts';

export interface ObjectiveViewsOptions {
  /** Whole stacked observations. */
  observation: ImageShape;
  /** Side of what the networks see. */
  crop: number;
  augmenter: Augmenter;
  /**
   * The agent's crops of the observations, `[B, crop, crop, C]`, before their augmentations: views of kind `agent` that
   * have some of their own begin from copies of them.
   */
  own?: Uint8Array;
  /** Whether views of kind `agent` that nothing changes are left to the agent's image; so it is with crops of its own. */
  shared?: boolean;
  /** Where to put each view, `B * crop * crop * C` bytes; new memory when absent. */
  memory?: () => Uint8Array;
}

/** The views of an objective on some transitions: bytes `[B, crop, crop, C]`, null for the agent's own image. */
export interface ObjectiveViews {
  images: (Uint8Array | null)[];
  samples: Samples;
}

/** Corners of random crops, one an image. Every one that fits can be drawn, as in RAD; CURL's code leaves the last out. */
export function randomCrops(replay: ReplayBuffer, count: number, size: number): Crop {
  return { size, offsets: replay.randomOffsets(count, size, { lastOffset: true }) };
}

/** Draws the views that an objective wants of these transitions, each with an independent crop. */
export function objectiveViews(
  replay: ReplayBuffer,
  indices: Indices,
  views: readonly View[],
  { observation, crop, augmenter, own, shared = own !== undefined, memory }: ObjectiveViewsOptions,
): ObjectiveViews {
  const count = indices.length;
  const shape = { height: crop, width: crop, channels: observation.channels };
  const bytes = count * crop * crop * observation.channels;
  const valid: Float32Array[] = [];
  const images = views.map((view, k) => {
    const ofAgent = shared && view.crop === 'agent';
    const shown = shownBy(replay, indices, ofAgent ? 0 : (view.later ?? 0));
    valid.push(shown.valid);
    if (ofAgent && !augmenter.changes(k)) return null;
    const image = memory?.() ?? new Uint8Array(bytes);
    if (ofAgent && own) image.set(own);
    else if (view.area) parts(replay, shown.read(), observation, crop, view.area, image);
    else shown.read(randomCrops(replay, count, crop), image);
    augmenter.view(k, image, shape, { part: view.area !== undefined });
    return image;
  });
  const numbers = transitionNumbers(replay, indices);
  return { images, samples: { slots: indices, numbers, oldest: oldestTransition(replay), valid } };
}

/** How to read the observations some steps later, and where they are the right ones. */
function shownBy(replay: ReplayBuffer, indices: Indices, later: number) {
  if (later === 0) {
    const read = (crop?: Crop, out?: Uint8Array) => replay.observations(indices, crop, out);
    return { read, valid: new Float32Array(indices.length).fill(1) };
  }
  // The observation after k steps is what the transition k - 1 steps later led to.
  const { indices: last, valid } = laterTransitions(replay, indices, later - 1);
  const read = (crop?: Crop, out?: Uint8Array) => replay.nextObservations(last, crop, out);
  return { read, valid };
}

/** Random parts of whole observations, each resized to the size of a crop, into `out`. */
function parts(
  replay: ReplayBuffer,
  whole: Uint8Array,
  observation: ImageShape,
  crop: number,
  area: readonly [number, number],
  out: Uint8Array,
): void {
  const { height, width, channels } = observation;
  const [from, to] = [height * width * channels, crop * crop * channels];
  for (let k = 0; k * from < whole.length; k++) {
    const image = { ...observation, data: whole.subarray(k * from, (k + 1) * from) };
    const box = randomBox(replay.options.random, observation, { area });
    resizedCrop(image, box, { height: crop, width: crop }, out.subarray(k * to, (k + 1) * to));
  }
}
