import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { finiteBox } from './rescaleAction.ts';
import { Wrapper } from './wrapper.ts';

/** Takes actions of any size and clips them into the action space of the wrapped environment. */
export class ClipAction<O> extends Wrapper<O, Float32Array> {
  readonly #inner: Box<'float32'>;

  /** @throws InputError where the wrapped action space is not a finite float box. */
  constructor(env: Env<O, Float32Array>) {
    const inner = finiteBox(env.actionSpace, 'ClipAction');
    super(env, { action: new Box<'float32'>({ low: -Infinity, high: Infinity, shape: inner.shape }) });
    this.#inner = inner;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: Float32Array) {
    const { low, high } = this.#inner;
    return this.env.step(action.map((x, i) => Math.min(high[i], Math.max(low[i], x))));
  }
}
