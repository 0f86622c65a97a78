/** What the time of a run goes into. */
export const SHARES = ['env', 'replay', 'update', 'evaluation', 'other'] as const;
export type Share = (typeof SHARES)[number];

export interface Lap {
  /** Seconds since the last lap. */
  seconds: number;
  /** Fraction of them in each part; they add up to 1. */
  shares: Record<Share, number>;
}

/** Charges every moment to exactly one part of the work. */
export class Stopwatch {
  #part: Share = 'other';
  #since: number;
  #spent: Record<Share, number> = zero();
  readonly #now: () => number;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Charges what follows to `part` until the next call. Returns the part before, to go back to. */
  enter(part: Share): Share {
    const before = this.#part;
    this.#charge();
    this.#part = part;
    return before;
  }

  /** Time and shares since the last lap. */
  lap(): Lap {
    this.#charge();
    const milliseconds = SHARES.reduce((sum, part) => sum + this.#spent[part], 0);
    const shares = zero();
    for (const part of SHARES) shares[part] = milliseconds > 0 ? this.#spent[part] / milliseconds : 0;
    this.#spent = zero();
    return { seconds: milliseconds / 1000, shares };
  }

  #charge(): void {
    const now = this.#now();
    this.#spent[this.#part] += now - this.#since;
    this.#since = now;
  }
}

function zero(): Record<Share, number> {
  return { env: 0, replay: 0, update: 0, evaluation: 0, other: 0 };
}
