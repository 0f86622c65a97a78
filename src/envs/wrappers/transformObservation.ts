import { InputError } from '../../base/index.ts';
import type { Env, ResetOptions } from '../env.ts';
import { ARRAYS, Box } from '../spaces/index.ts';
import type { Dtype, DtypeArrays, Space } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

/** Observations are `transform(observation)`, from `space`. The transform gives a new array each time. */
export class TransformObservation<O, A, InnerO> extends Wrapper<O, A, InnerO> {
  readonly #transform: (observation: InnerO) => O;

  constructor(env: Env<InnerO, A>, transform: (observation: InnerO) => O, space: Space<O>) {
    super(env, { observation: space });
    this.#transform = transform;
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    return { observation: this.#transform(observation), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: this.#transform(result.observation) };
  }
}

/** Observations as arrays of another type, such as float32 for bytes; values stay as they are. */
export class DtypeObservation<D extends Dtype, A> extends TransformObservation<
  DtypeArrays[D],
  A,
  DtypeArrays[Dtype]
> {
  /** @throws InputError unless observations come from a Box. */
  constructor(env: Env<DtypeArrays[Dtype], A>, dtype: D) {
    const space = env.observationSpace as unknown;
    if (!(space instanceof Box)) {
      throw new InputError(`DtypeObservation needs observations from a Box, not ${String(space)}.`);
    }
    const { low, high, shape } = space as Box<Dtype>;
    const box = new Box<D>({ low, high, shape, dtype });
    super(env, (observation) => ARRAYS[dtype].from(observation) as DtypeArrays[D], box as never);
  }
}
