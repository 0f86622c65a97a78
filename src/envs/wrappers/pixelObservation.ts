import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { greyBytes } from './grey.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Observations are pictures: `Uint8Array` of shape `[size, size, 3]`, or `[size, size, 1]` when grey, drawn once
 * per step of this wrapper.
 */
export class PixelObservation<A> extends Wrapper<Uint8Array, A, unknown> {
  readonly size: number;
  readonly grey: boolean;
  #out?: Uint8Array;

  /** @throws InputError unless the size is a positive integer. */
  constructor(env: Env<unknown, A>, size: number, { grey = false } = {}) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new InputError(`size ${size} does not work: give the width and height of a picture in pixels.`);
    }
    const shape = [size, size, grey ? 1 : 3];
    super(env, { observation: new Box({ low: 0, high: 255, shape, dtype: 'uint8' }) });
    this.size = size;
    this.grey = grey;
  }

  reset(options?: ResetOptions) {
    const { info } = this.env.reset(options);
    return { observation: this.#picture(), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: this.#picture() };
  }

  /** From now on all observations are the same array: for callers that copy each one at once. */
  reuse(): void {
    this.#out = new Uint8Array(this.size * this.size * 3);
  }

  #picture(): Uint8Array {
    const { data } = this.env.render({ width: this.size, height: this.size, out: this.#out });
    return this.grey ? greyBytes(data) : data;
  }
}
