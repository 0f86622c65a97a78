import type { Json } from '../../base/index.ts';
import type { Metrics } from '../../agents/index.ts';
import type { Answer, Callback, EvaluationResult, Moment, Request } from './callback.ts';

/** The callbacks of a run, in their order, and what they have asked for. */
export class Callbacks {
  readonly #callbacks: readonly Callback[];
  #wanted: Required<Omit<Request, 'stop'>> = { save: false, evaluate: false };
  #stop: string | null = null;

  constructor(callbacks: readonly Callback[] = []) {
    this.#callbacks = callbacks;
  }

  /** Why the run is to end; null while it is not. */
  get stop(): string | null {
    return this.#stop;
  }

  step(at: Moment): void {
    this.#ask((callback) => callback.onStep?.(at));
  }

  episode(at: Moment, episode: { return: number; length: number }): void {
    this.#ask((callback) => callback.onEpisode?.(at, episode));
  }

  metrics(at: Moment, metrics: Metrics): void {
    this.#ask((callback) => callback.onMetrics?.(at, metrics));
  }

  evaluation(at: Moment, result: EvaluationResult): void {
    this.#ask((callback) => callback.onEvaluation?.(at, result));
  }

  /** Whether a checkpoint or an evaluation was asked for since the last call. */
  take(what: 'save' | 'evaluate'): boolean {
    const wanted = this.#wanted[what];
    this.#wanted[what] = false;
    return wanted;
  }

  #ask(call: (callback: Callback) => Answer): void {
    for (const callback of this.#callbacks) {
      const { stop, save, evaluate } = call(callback) ?? {};
      this.#stop ??= stop ?? null;
      this.#wanted = { save: this.#wanted.save || !!save, evaluate: this.#wanted.evaluate || !!evaluate };
    }
  }

  state(): Json {
    return {
      stop: this.#stop,
      wanted: { ...this.#wanted },
      callbacks: this.#callbacks.map((callback) => callback.state?.() ?? null),
    };
  }

  /** Goes back to a saved state; of a run that had other callbacks, nothing. */
  restore(state: Json): void {
    const { stop, wanted, callbacks } = state as {
      stop: string | null;
      wanted: Required<Omit<Request, 'stop'>>;
      callbacks: Json[];
    };
    if (callbacks.length !== this.#callbacks.length) return;
    this.#stop = stop;
    this.#wanted = { ...wanted };
    this.#callbacks.forEach((callback, i) => {
      if (callbacks[i] !== null) callback.restore?.(callbacks[i]);
    });
  }
}
