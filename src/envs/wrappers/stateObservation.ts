import { InputError } from '../../base/index.ts';
import type { Env, Info, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

/** Observations are the true state (`info.state`) as float32, for baselines that need no encoder. */
export class StateObservation<A> extends Wrapper<Float32Array, A, unknown> {
  /** @throws InputError where the environment does not give its state. */
  constructor(env: Env<unknown, A>) {
    const size = env.metadata.stateSize;
    if (!size) throw new InputError(`${env.spec?.id ?? 'The environment'} does not give its state vector.`);
    super(env, { observation: new Box<'float32'>({ low: -Infinity, high: Infinity, shape: [size] }) });
  }

  reset(options?: ResetOptions) {
    const { info } = this.env.reset(options);
    return { observation: this.#state(info), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: this.#state(result.info) };
  }

  #state(info: Info): Float32Array {
    return Float32Array.from(info.state!);
  }
}
