import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

/** The action space as a finite box of floats, which rescaling and clipping need. @throws InputError otherwise. */
export function finiteBox(space: unknown, wrapper: string): Box<'float32'> {
  if (space instanceof Box && space.dtype === 'float32') {
    const box = space as Box<'float32'>;
    if (box.low.every(Number.isFinite) && box.high.every(Number.isFinite)) return box;
  }
  throw new InputError(
    `${wrapper} needs a float32 Box with finite bounds as action space, not ${String(space)}.`,
  );
}

/**
 * Maps actions in [low, high] linearly onto the action space of the wrapped environment:
 * `inner = innerLow + (action - low) (innerHigh - innerLow) / (high - low)`.
 */
export class RescaleAction<O> extends Wrapper<O, Float32Array> {
  readonly #inner: Box<'float32'>;
  readonly #low: number;
  readonly #high: number;

  /** @throws InputError where the wrapped action space is not a finite float box or `low >= high`. */
  constructor(env: Env<O, Float32Array>, low = -1, high = 1) {
    if (!(low < high)) throw new InputError(`RescaleAction needs low below high, not ${low} and ${high}.`);
    const inner = finiteBox(env.actionSpace, 'RescaleAction');
    super(env, { action: new Box<'float32'>({ low, high, shape: inner.shape }) });
    this.#inner = inner;
    this.#low = low;
    this.#high = high;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: Float32Array) {
    const { low, high } = this.#inner;
    const share = (i: number) => (action[i] - this.#low) / (this.#high - this.#low);
    // Rounding may leave the last action a hair outside, hence the clip.
    return this.env.step(
      action.map((_, i) => Math.min(high[i], Math.max(low[i], low[i] + share(i) * (high[i] - low[i])))),
    );
  }
}
