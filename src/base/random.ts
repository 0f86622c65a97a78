import seedrandom from 'seedrandom';
import { log } from './math.ts';

/** Everything a generator needs to go on where it stopped; plain JSON. */
export interface RandomState {
  alea: seedrandom.State.Alea;
  spare: number | null;
}

/**
 * A seeded, saveable generator (seedrandom's Alea). Every random choice in Curlew comes from one of these;
 * separate concerns use separate named streams, so that drawing more from one never shifts another.
 *
 * @example
 * const random = Random.stream(seed, 'replay');
 * const index = random.integer(100); // 0..99
 */
export class Random {
  #generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>;
  #spare: number | null = null;

  constructor(seed: string) {
    this.#generator = seedrandom.alea(seed, { state: true });
  }

  /** The stream called `names` of an experiment's seed. */
  static stream(seed: number, ...names: (string | number)[]): Random {
    return new Random([seed, ...names].join('/'));
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.#generator();
  }

  /** An integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.#generator() * n);
  }

  /** A standard normal number (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * log(s)) / s);
        this.#spare = v * scale;
        return u * scale;
      }
    }
  }

  /** `n` standard normal numbers as float32. */
  normals(n: number): Float32Array {
    return Float32Array.from({ length: n }, () => this.normal());
  }

  /** A fresh 31-bit seed, for handing on to something that wants an integer. */
  seed(): number {
    return this.integer(2 ** 31);
  }

  state(): RandomState {
    return { alea: this.#generator.state(), spare: this.#spare };
  }

  restore(state: RandomState): void {
    this.#generator = seedrandom.alea('', { state: state.alea });
    this.#spare = state.spare;
  }
}
