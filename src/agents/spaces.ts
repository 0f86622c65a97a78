import type { ImageShape } from '../encoders/index.ts';
import { bytesToFloat, tf } from '../engine/index.ts';
import type { ObservationSpace, Task } from './agent.ts';

/** Shape of an observation as networks get it: a state of S numbers is an image of one pixel with S channels. */
export function imageShape(observation: ObservationSpace): ImageShape {
  return observation.kind === 'pixels'
    ? observation.image
    : { height: 1, width: 1, channels: observation.size };
}

/**
 * Observations as they travel, in bytes, as a tensor `[count, H, W, C]`: pixels are scaled to [0, 1]; states are the
 * bytes of float32 numbers, `[count, 1, 1, S]`, taken as they are.
 */
export function observationTensor(
  bytes: Uint8Array,
  count: number,
  observation: ObservationSpace,
): tf.Tensor4D {
  const { height, width, channels } = imageShape(observation);
  const shape: [number, number, number, number] = [count, height, width, channels];
  if (observation.kind === 'pixels') return bytesToFloat<tf.Rank.R4>(bytes, shape);
  const values = new Float32Array(count * channels);
  // A copy: the bytes need not lie where float32 numbers may.
  new Uint8Array(values.buffer).set(bytes);
  return tf.tensor4d(values, shape);
}

/** Dimensions of a continuous action. @throws TypeError for a discrete task, which `build` refuses before */
export function continuousSize({ actions }: Task): number {
  if (actions.kind !== 'continuous') throw new TypeError('This agent acts in continuous spaces only.');
  return actions.size;
}

/** Number of discrete actions. @throws TypeError for a continuous task, which `build` refuses before */
export function discreteChoices({ actions }: Task): number {
  if (actions.kind !== 'discrete') throw new TypeError('This agent acts in discrete spaces only.');
  return actions.choices;
}
