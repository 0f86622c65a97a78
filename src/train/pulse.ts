import { setImmediate } from 'node:timers/promises';

/**
 * Lets a loop that never waits breathe: signals, messages from the parent and timers are only served when the
 * event loop turns.
 */
export class Pulse {
  #turned = performance.now();
  #beaten = -Infinity;
  readonly #onBeat: () => void;

  /** @param onBeat called about every two seconds, such as to renew the heartbeat of a run */
  constructor(onBeat: () => void) {
    this.#onBeat = onBeat;
  }

  /** Turns the event loop when it has not been turned for a while; call it once a step. */
  async turn(): Promise<void> {
    const now = performance.now();
    if (now - this.#turned < 25) return;
    await setImmediate();
    this.#turned = performance.now();
    if (now - this.#beaten < 2000) return;
    this.#beaten = now;
    this.#onBeat();
  }
}

/** Lets something through at most `perSecond` times a second. */
export function throttle(perSecond: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < 1000 / perSecond) return false;
    last = now;
    return true;
  };
}
