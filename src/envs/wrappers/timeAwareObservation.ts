import { InputError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Appends the share of the episode that has passed, `t / steps` in [0, 1], to observations that are vectors of
 * float32: a time limit is then no surprise (Pardo et al. 2018, arXiv 1712.00378).
 */
export class TimeAwareObservation<A> extends Wrapper<Float32Array, A> {
  readonly #steps: number;
  #passed = 0;

  /**
   * @param steps length of an episode in steps of this wrapper.
   * @throws InputError unless observations are float32 vectors and steps is a positive integer.
   */
  constructor(env: Env<Float32Array, A>, steps: number) {
    const space = env.observationSpace as unknown;
    if (!(space instanceof Box && space.dtype === 'float32' && space.shape.length === 1)) {
      throw new InputError(`TimeAwareObservation needs vectors of float32, not ${String(space)}.`);
    }
    if (!Number.isSafeInteger(steps) || steps < 1) {
      throw new InputError(`TimeAwareObservation: ${steps} steps; give a positive integer.`);
    }
    const { low, high } = space as Box<'float32'>;
    const shape = [space.shape[0] + 1];
    super(env, { observation: new Box<'float32'>({ low: [...low, 0], high: [...high, 1], shape }) });
    this.#steps = steps;
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    this.#passed = 0;
    return { observation: this.#timed(observation), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    this.#passed += 1;
    return { ...result, observation: this.#timed(result.observation) };
  }

  #timed(observation: Float32Array): Float32Array {
    return Float32Array.of(...observation, Math.min(1, this.#passed / this.#steps));
  }

  protected override saveOwn(): Json {
    return this.#passed;
  }

  protected override restoreOwn(state: Json): void {
    this.#passed = state as number;
  }
}
