import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { greyBytes } from './grey.ts';
import { pixelBox } from './pixelBox.ts';
import { Wrapper } from './wrapper.ts';

/** RGB pictures, stacked or not, as brightness: `[h, w, 3 k]` becomes `[h, w, k]`. */
export class GreyObservation<A> extends Wrapper<Uint8Array, A> {
  /** @throws InputError unless observations are pictures with three channels a frame. */
  constructor(env: Env<Uint8Array, A>) {
    const [height, width, channels] = pixelBox(env.observationSpace, 'GreyObservation').shape;
    if (channels % 3 !== 0) {
      throw new InputError(`GreyObservation needs RGB, three channels a frame, not ${channels} channels.`);
    }
    const shape = [height, width, channels / 3];
    super(env, { observation: new Box({ low: 0, high: 255, shape, dtype: 'uint8' }) });
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    return { observation: greyBytes(observation), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: greyBytes(result.observation) };
  }
}
