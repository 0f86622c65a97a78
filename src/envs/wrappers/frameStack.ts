import { InputError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import { decodeBytes, encodeBytes } from '../bytes.ts';
import type { Env, ResetOptions } from '../env.ts';
import { ARRAYS, Box } from '../spaces/index.ts';
import type { Dtype, DtypeArrays } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

function stackedSpace(space: unknown, stack: number): Box<Dtype> {
  if (!(space instanceof Box) || space.shape.length < 1) {
    throw new InputError(`FrameStack needs a Box of arrays as observation space, not ${String(space)}.`);
  }
  const box = space as Box<Dtype>;
  const channels = box.shape.at(-1)!;
  const shape = [...box.shape.slice(0, -1), channels * stack];
  const repeated = (bound: ArrayLike<number>) => {
    const whole = new Float64Array(bound.length * stack);
    for (let i = 0; i < stack; i++) join(whole, bound, channels, stack, i);
    return whole;
  };
  return new Box({ low: repeated(box.low), high: repeated(box.high), shape, dtype: box.dtype });
}

/** Writes one frame into its channels of the stacked array. */
function join(
  whole: DtypeArrays[Dtype],
  frame: ArrayLike<number>,
  channels: number,
  stack: number,
  slot: number,
): void {
  const width = channels * stack;
  for (let from = 0, to = slot * channels; from < frame.length; from += channels, to += width) {
    for (let c = 0; c < channels; c++) whole[to + c] = frame[from + c];
  }
}

/**
 * The last `stack` observations, joined along the last axis, oldest first: pictures `[h, w, c]` become
 * `[h, w, c * stack]`. After a reset all of them are the first observation.
 */
export class FrameStack<O extends DtypeArrays[Dtype], A> extends Wrapper<O, A> {
  readonly stack: number;
  #frames: O[] = [];

  /** @throws InputError unless the stack is a positive integer and observations are arrays. */
  constructor(env: Env<O, A>, stack: number) {
    if (!Number.isSafeInteger(stack) || stack < 1) {
      throw new InputError(`frameStack ${stack} does not work: give a positive integer.`);
    }
    super(env, { observation: stackedSpace(env.observationSpace, stack) as never });
    this.stack = stack;
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    this.#frames = new Array<O>(this.stack).fill(observation);
    return { observation: this.#joined(), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    this.#frames = [...this.#frames.slice(1), result.observation];
    return { ...result, observation: this.#joined() };
  }

  #joined(): O {
    const whole = new ARRAYS[this.observationSpace.dtype!](this.#frames[0].length * this.stack) as O;
    const channels = this.env.observationSpace.shape.at(-1)!;
    this.#frames.forEach((frame, slot) => join(whole, frame, channels, this.stack, slot));
    return whole;
  }

  protected override saveOwn(): Json {
    return this.#frames.map(encodeBytes);
  }

  protected override restoreOwn(state: Json): void {
    const FrameArray = ARRAYS[this.observationSpace.dtype!];
    this.#frames = (state as string[]).map((frame) => new FrameArray(decodeBytes(frame)) as O);
  }
}
