import { InputError } from '../../base/index.ts';
import { coverOf, type Cover } from '../cover.ts';
import type { Env, ResetOptions } from '../env.ts';
import { Box } from '../spaces/index.ts';
import { pixelBox } from './pixelBox.ts';
import { Wrapper } from './wrapper.ts';

/** Pictures of another size: each pixel is the mean of what it covers. */
export class ResizeObservation<A> extends Wrapper<Uint8Array, A> {
  readonly #from: readonly number[];
  readonly #width: number;
  readonly #height: number;
  readonly #across: Cover;
  readonly #down: Cover;

  /** @throws InputError unless observations are pictures and the size is a pair of positive integers. */
  constructor(env: Env<Uint8Array, A>, [height, width]: readonly [number, number]) {
    const { shape } = pixelBox(env.observationSpace, 'ResizeObservation');
    if (![height, width].every((n) => Number.isSafeInteger(n) && n > 0)) {
      throw new InputError(
        `ResizeObservation needs a height and a width in pixels, not ${height}, ${width}.`,
      );
    }
    const to = [height, width, shape[2]];
    super(env, { observation: new Box({ low: 0, high: 255, shape: to, dtype: 'uint8' }) });
    this.#from = shape;
    this.#height = height;
    this.#width = width;
    this.#across = coverOf(shape[1], width);
    this.#down = coverOf(shape[0], height);
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    return { observation: this.#resized(observation), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: this.#resized(result.observation) };
  }

  #resized(bytes: Uint8Array): Uint8Array {
    const [, columns, channels] = this.#from;
    const out = new Uint8Array(this.#height * this.#width * channels);
    for (let y = 0, at = 0; y < this.#height; y++) {
      const down = this.#down.weights[y];
      for (let x = 0; x < this.#width; x++) {
        const across = this.#across.weights[x];
        for (let c = 0; c < channels; c++, at++) {
          let sum = 0;
          for (let j = 0; j < down.length; j++) {
            const from = ((this.#down.first[y] + j) * columns + this.#across.first[x]) * channels + c;
            for (let i = 0; i < across.length; i++) sum += down[j] * across[i] * bytes[from + i * channels];
          }
          out[at] = sum + 0.5;
        }
      }
    }
    return out;
  }
}
