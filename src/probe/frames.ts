import { InputError } from '../base/index.ts';
import type { ImageShape } from '../encoders/index.ts';
import { collect, type ActionCodec, type CollectOptions, type PixelEnv } from '../train/index.ts';
import type { DenseMatrix } from './matrix.ts';

/** Observations with the true states behind them. */
export interface Frames {
  /** Of one whole stacked observation. */
  shape: ImageShape;
  count: number;
  /** `[N, height, width, channels]` */
  images: Uint8Array;
  /** `[N, S]` */
  states: DenseMatrix;
  /** Episode of each. */
  episodes: Int32Array;
}

/**
 * Collects `options.steps` observations with their true states, the one after a reset included.
 * @throws InputError where the environment does not tell its state
 */
export async function collectFrames(
  env: PixelEnv,
  codec: ActionCodec,
  options: CollectOptions,
): Promise<Frames> {
  const [height, width, channels] = env.observationSpace.shape;
  const shape = { height, width, channels };
  const count = options.steps;
  const images = new Uint8Array(count * height * width * channels);
  const episodes = new Int32Array(count);
  let states: Float64Array | null = null;
  let size = 0;
  let row = 0;
  for await (const { observation, state, episode } of collect(env, codec, options)) {
    if (!state)
      throw new InputError(`${env.spec?.id ?? 'The environment'} does not tell its true state (info.state).`);
    size = state.length;
    states ??= new Float64Array(count * size);
    images.set(observation, row * observation.length);
    states.set(state, row * size);
    episodes[row] = episode;
    if (++row === count) break;
  }
  if (states === null || row < count) throw new InputError('The collection of frames was stopped.');
  return { shape, count, images, states: { rows: count, columns: size, data: states }, episodes };
}
