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
  /** Whether views of kind `agent` are left to the agent's own image, where nothing changes them. */
  shared: boolean;
}

/** The views of an objective on some transitions: bytes `[B, crop, crop, C]`, null for the agent's own image. */
export interface ObjectiveViews {
  images: (Uint8Array | null)[];
  samples: Samples;
}

/** Draws the views that an objective wants of these transitions, each with an independent crop. */
export function objectiveViews(
  replay: ReplayBuffer,
  indices: Indices,
  views: readonly View[],
  { observation, crop, augmenter, shared }: ObjectiveViewsOptions,
): ObjectiveViews {
  const shape = { height: crop, width: crop, channels: observation.channels };
  const valid: Float32Array[] = [];
  const images = views.map((view, k) => {
    const shown = shownBy(replay, indices, view.later ?? 0);
    valid.push(shown.valid);
    if (view.crop === 'agent' && shared && !augmenter.changes(k)) return null;
    const image = view.area
      ? parts(replay, shown.read(), observation, crop, view.area)
      : shown.read({
          size: crop,
          offsets: replay.randomOffsets(indices.length, crop, { lastOffset: true }),
        });
    augmenter.view(k, image, shape);
    return image;
  });
  const numbers = transitionNumbers(replay, indices);
  return { images, samples: { slots: indices, numbers, oldest: oldestTransition(replay), valid } };
}

function shownBy(replay: ReplayBuffer, indices: Indices, later: number) {
  if (later === 0) {
    const read = (crop?: Crop) => replay.observations(indices, crop);
    return { read, valid: new Float32Array(indices.length).fill(1) };
  }
  // The observation after k steps is what the transition k - 1 steps later led to.
  const { indices: last, valid } = laterTransitions(replay, indices, later - 1);
  return { read: (crop?: Crop) => replay.nextObservations(last, crop), valid };
}

/** Random parts of whole observations, each resized to the size of a crop. */
function parts(
  replay: ReplayBuffer,
  whole: Uint8Array,
  observation: ImageShape,
  crop: number,
  area: readonly [number, number],
): Uint8Array {
  const { height, width, channels } = observation;
  const [from, to] = [height * width * channels, crop * crop * channels];
  const out = new Uint8Array((whole.length / from) * to);
  for (let k = 0; k * from < whole.length; k++) {
    const image = { ...observation, data: whole.subarray(k * from, (k + 1) * from) };
    const box = randomBox(replay.options.random, observation, { area });
    resizedCrop(image, box, { height: crop, width: crop }, out.subarray(k * to, (k + 1) * to));
  }
  return out;
}
