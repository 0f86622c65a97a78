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

/** The views of a batch in bytes, `[B, crop, crop, C]` each, and where they come from. */
export interface ViewBatch {
  views: Uint8Array[];
  samples: Samples;
}

export interface ViewOptions {
  /** Whole stacked observations. */
  observation: ImageShape;
  /** Side of what the networks see. */
  crop: number;
  batchSize: number;
  /** What is done to views after their crop. */
  augmenter: Augmenter;
}

/** What a view shows: whole observations or windows of them, and where it is the right one. */
interface Shown {
  read(crop?: Crop): Uint8Array;
  valid: Float32Array;
}

function shownBy(replay: ReplayBuffer, indices: Indices, later: number): Shown {
  if (later === 0) {
    return {
      read: (crop) => replay.observations(indices, crop),
      valid: new Float32Array(indices.length).fill(1),
    };
  }
  // The observation after k steps is what the transition k - 1 steps later led to.
  const { indices: last, valid } = laterTransitions(replay, indices, later - 1);
  return { read: (crop) => replay.nextObservations(last, crop), valid };
}

/**
 * Draws a batch and the views that an objective wants of it, each with an independent random crop. Crops come
 * from the buffer's generator, which is saved with it. Without an agent there is no crop of its own: `agent` views are
 * crops like the others.
 */
export function sampleViews(
  replay: ReplayBuffer,
  views: readonly View[],
  { observation, crop, batchSize, augmenter }: ViewOptions,
): ViewBatch {
  const { random } = replay.options;
  const indices = replay.sample(batchSize);
  const bytes = crop * crop * observation.channels;
  const shape = { height: crop, width: crop, channels: observation.channels };

  /** Random parts of whole observations, each resized to the size of a crop. */
  const parts = (whole: Uint8Array, area: readonly [number, number]): Uint8Array => {
    const out = new Uint8Array(batchSize * bytes);
    const from = whole.length / batchSize;
    for (let k = 0; k < batchSize; k++) {
      const image = { ...observation, data: whole.subarray(k * from, (k + 1) * from) };
      const box = randomBox(random, observation, { area });
      resizedCrop(image, box, shape, out.subarray(k * bytes, (k + 1) * bytes));
    }
    return out;
  };

  const valid: Float32Array[] = [];
  const drawn = views.map(({ later = 0, area }, k) => {
    const shown = shownBy(replay, indices, later);
    valid.push(shown.valid);
    const window = () => ({
      size: crop,
      offsets: replay.randomOffsets(batchSize, crop, { lastOffset: true }),
    });
    const images = area ? parts(shown.read(), area) : shown.read(window());
    augmenter.view(k, images, shape);
    return images;
  });
  return {
    views: drawn,
    samples: {
      slots: indices,
      numbers: transitionNumbers(replay, indices),
      oldest: oldestTransition(replay),
      valid,
    },
  };
}
