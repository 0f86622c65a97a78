import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';

/**
 * How long a thread sleeps on the board before it goes back to its event loop, in milliseconds: it wakes sooner there
 * than in the loop, but hears of nothing else.
 */
export const NAP = 5;

/**
 * How long a worker keeps looking at the board before it sleeps, in milliseconds: the usual pause between two steps. Two
 * workers that are woken at once are often put on one processor, where the second waits until the first has finished.
 */
const LOOK = 0.1;

/** Words of the board; after them come `ANSWERED`, `BY_MESSAGE` and `BUSY` of each worker. */
const CALL = 0;
const KIND = 1;
const HALF = 2;
const ANSWERS = 3;
const HEAD = 4;
const ANSWERED = 0;
const BY_MESSAGE = 1;
const BUSY = 2;
const EACH = 3;

/** What is to be done: a step with the actions in shared memory, or what the message on the port asks for. */
export const CALLS = { step: 0, message: 1 } as const;

/** The number of the call that starts a worker, which it answers when its environments are made. */
export const START = 1;

/** One call, as a worker sees it. */
export interface Call {
  number: number;
  byMessage: boolean;
  /** Which half of the shared observations the results go to. */
  half: number;
}

/**
 * A few numbers in shared memory through which the parent calls all workers at once and learns that all have answered,
 * without a message: one wake-up for the workers, one for the parent. Every call has a number; a worker has answered
 * once it has written that number.
 */
export class Board {
  readonly #words: Int32Array;
  readonly #workers: number;
  readonly #look: number;
  /** When this thread's event loop last had its turn. */
  #turn = 0;

  static memory(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (HEAD + EACH * workers));
  }

  constructor(memory: SharedArrayBuffer, workers: number) {
    this.#words = new Int32Array(memory);
    this.#workers = workers;
    // Where workers share processors, one that looks would keep another from its work.
    this.#look = workers <= availableParallelism() ? LOOK : 0;
    Atomics.compareExchange(this.#words, CALL, 0, START);
  }

  /** Parent: calls all workers; the number of the call. */
  call(kind: keyof typeof CALLS, half: number): number {
    Atomics.store(this.#words, KIND, CALLS[kind]);
    Atomics.store(this.#words, HALF, half);
    const number = (Atomics.add(this.#words, CALL, 1) + 1) | 0;
    Atomics.notify(this.#words, CALL);
    return number;
  }

  /** Parent: resolves when all workers have answered a call; sleeps for the first `nap` milliseconds. */
  async answered(number: number, nap = 0): Promise<void> {
    if (nap > 0) await this.#takeTurn();
    for (const until = performance.now() + nap; ;) {
      const seen = Atomics.load(this.#words, ANSWERS);
      if (this.#all(number)) return;
      const left = until - performance.now();
      if (left > 0) {
        Atomics.wait(this.#words, ANSWERS, seen, left);
        continue;
      }
      const waiting = Atomics.waitAsync(this.#words, ANSWERS, seen);
      if (waiting.async) await waiting.value;
    }
  }

  /** Worker: the next call after the one of this number; looks for it, then naps, then leaves its event loop free. */
  async next(number: number): Promise<Call> {
    await this.#takeTurn();
    const until = performance.now() + this.#look;
    while (this.latest === number && performance.now() < until);
    Atomics.wait(this.#words, CALL, number, NAP);
    for (;;) {
      const now = this.latest;
      if (now !== number) {
        const byMessage = Atomics.load(this.#words, KIND) === CALLS.message;
        return { number: now, byMessage, half: Atomics.load(this.#words, HALF) };
      }
      const waiting = Atomics.waitAsync(this.#words, CALL, number);
      if (waiting.async) await waiting.value;
    }
  }

  /** Worker: has answered; or the parent for one that no longer can. */
  answer(worker: number, number: number, byMessage = false): void {
    Atomics.store(this.#words, this.#at(worker, BY_MESSAGE), byMessage ? 1 : 0);
    Atomics.store(this.#words, this.#at(worker, ANSWERED), number);
    Atomics.add(this.#words, ANSWERS, 1);
    // The last one sees that all are there, and only then is there something to do for the parent.
    if (this.#all(number)) Atomics.notify(this.#words, ANSWERS);
  }

  /** The number of the latest call. */
  get latest(): number {
    return Atomics.load(this.#words, CALL);
  }

  /** Parent: whether a worker's answer is a message on its port. */
  byMessage(worker: number): boolean {
    return Atomics.load(this.#words, this.#at(worker, BY_MESSAGE)) === 1;
  }

  /** Worker: notes which environment runs, so that the parent knows whose fault a crash is, however hard. */
  runs(worker: number, index: number): void {
    this.#words[this.#at(worker, BUSY)] = index;
  }

  running(worker: number): number {
    return this.#words[this.#at(worker, BUSY)];
  }

  /** Step after step may pass without the event loop; signals and timers must not wait for the end of that. */
  async #takeTurn(): Promise<void> {
    if (performance.now() - this.#turn <= NAP) return;
    await setImmediate();
    this.#turn = performance.now();
  }

  #at(worker: number, what: number): number {
    return HEAD + EACH * worker + what;
  }

  /** Whether all workers have answered this call or, after it, a later one. */
  #all(number: number): boolean {
    for (let worker = 0; worker < this.#workers; worker++) {
      // The difference, as numbers may wrap around.
      if (((Atomics.load(this.#words, this.#at(worker, ANSWERED)) - number) | 0) < 0) return false;
    }
    return true;
  }
}
