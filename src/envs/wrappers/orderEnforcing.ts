import { InputError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import type { Picture, PictureSize, ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

type Phase = 'new' | 'running' | 'ended' | 'closed';

const REFUSALS = {
  new: 'step() came before the first reset(): call reset() first.',
  ended: 'step() came after the end of an episode: call reset() first.',
  closed: 'step() came after close(): make the environment anew.',
} as const;

/** Refuses a step before the first reset, after the end of an episode and after `close`. */
export class OrderEnforcing<O, A> extends Wrapper<O, A> {
  #phase: Phase = 'new';

  /** @throws InputError after `close`. */
  reset(options?: ResetOptions) {
    if (this.#phase === 'closed')
      throw new InputError('reset() came after close(): make the environment anew.');
    const result = this.env.reset(options);
    this.#phase = 'running';
    return result;
  }

  /** @throws InputError before the first reset, after an ended episode, after `close`. */
  step(action: A) {
    if (this.#phase !== 'running') throw new InputError(REFUSALS[this.#phase]);
    const result = this.env.step(action);
    if (result.terminated || result.truncated) this.#phase = 'ended';
    return result;
  }

  /** @throws InputError after `close`. */
  override render(size?: PictureSize): Picture {
    if (this.#phase === 'closed') {
      throw new InputError('render() came after close(): make the environment anew.');
    }
    return super.render(size);
  }

  override close(): void {
    this.#phase = 'closed';
    super.close();
  }

  protected override saveOwn(): Json {
    return this.#phase;
  }

  protected override restoreOwn(state: Json): void {
    this.#phase = state as Phase;
  }
}
