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
  const width = channels * stack;
  const repeated = (bound: ArrayLike<number>) =>
    Float64Array.from({ length: bound.length * stack }, (_, i) => {
      return bound[Math.floor(i / width) * channels + (i % channels)];
    });
  return new Box({ low: repeated(box.low), high: repeated(box.high), shape, dtype: box.dtype });
}

/** Writes a frame into the last channels of every pixel. */
function writeNewest<T extends DtypeArrays[Dtype]>(
  stacked: T,
  frame: T,
  channels: number,
  width: number,
): void {
  const n = frame.length;
  if (channels === 3) {
    // Three plain assignments run several times as fast as a loop over channels.
    for (let from = 0, to = width - 3; from < n; from += 3, to += width) {
      stacked[to] = frame[from];
      stacked[to + 1] = frame[from + 1];
      stacked[to + 2] = frame[from + 2];
    }
    return;
  }
  for (let from = 0, to = width - channels; from < n; to += width - channels) {
    for (let c = 0; c < channels; c++) stacked[to++] = frame[from++];
  }
}

/**
 * The last `stack` observations, joined along the last axis, oldest first: pictures `[h, w, c]` become
 * `[h, w, c * stack]`. After a reset all of them are the first observation.
 */
export class FrameStack<O extends DtypeArrays[Dtype], A> extends Wrapper<O, A> {
  readonly stack: number;
  readonly #channels: number;
  #reused = false;
  #stacked: O;

  /** @throws InputError unless the stack is a positive integer and observations are arrays. */
  constructor(env: Env<O, A>, stack: number) {
    if (!Number.isSafeInteger(stack) || stack < 1) {
      throw new InputError(`frameStack ${stack} does not work: give a positive integer.`);
    }
    const space = stackedSpace(env.observationSpace, stack);
    super(env, { observation: space as never });
    this.stack = stack;
    this.#channels = env.observationSpace.shape.at(-1)!;
    this.#stacked = new ARRAYS[space.dtype](space.size) as O;
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    for (let i = 0; i < this.stack; i++) this.#push(observation);
    return { observation: this.#seen(), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    this.#push(result.observation);
    return { ...result, observation: this.#seen() };
  }

  /** From now on all observations are the same array: for callers that copy each one at once. */
  reuse(): void {
    this.#reused = true;
  }

  #seen(): O {
    return this.#reused ? this.#stacked : (this.#stacked.slice() as O);
  }

  #push(frame: O): void {
    // Moving everything down by one frame's channels makes each frame older by one place in all pixels at once;
    // what crosses from one pixel to the one before lands where the newest frame is written.
    this.#stacked.copyWithin(0, this.#channels);
    writeNewest(this.#stacked, frame, this.#channels, this.#channels * this.stack);
  }

  protected override saveOwn(): Json {
    return encodeBytes(this.#stacked);
  }

  protected override restoreOwn(state: Json): void {
    this.#stacked = new ARRAYS[this.observationSpace.dtype!](decodeBytes(state as string)) as O;
  }
}
