import type { Json } from '../../base/index.ts';
import type { ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * On the step that ends an episode `info.episode` holds its return `r`, its length `l` in steps of this wrapper
 * and the seconds `t` it took. Only `t` depends on the machine.
 */
export class RecordEpisodeStatistics<O, A> extends Wrapper<O, A> {
  #return = 0;
  #length = 0;
  #started = performance.now();

  reset(options?: ResetOptions) {
    const result = this.env.reset(options);
    this.#return = 0;
    this.#length = 0;
    this.#started = performance.now();
    return result;
  }

  step(action: A) {
    const result = this.env.step(action);
    this.#return += result.reward;
    this.#length += 1;
    if (!result.terminated && !result.truncated) return result;
    const episode = { r: this.#return, l: this.#length, t: (performance.now() - this.#started) / 1000 };
    return { ...result, info: { ...result.info, episode } };
  }

  protected override saveOwn(): Json {
    return {
      return: this.#return,
      length: this.#length,
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  protected override restoreOwn(state: Json): void {
    const saved = state as { return: number; length: number; seconds: number };
    this.#return = saved.return;
    this.#length = saved.length;
    this.#started = performance.now() - 1000 * saved.seconds;
  }
}
