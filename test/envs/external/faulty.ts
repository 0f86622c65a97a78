import { CounterEnv } from '../counter.ts';

/** Ends after four steps; throws or takes its thread down on the third step of seed 12. */
export class Faulty extends CounterEnv {
  static maxEpisodeSteps = 100;
  #seed = 0;

  constructor() {
    super(4);
  }

  override reset(options: { seed?: number } = {}) {
    this.#seed = options.seed ?? this.#seed;
    return super.reset(options);
  }

  override step(action: Float32Array) {
    if (this.#seed === 12 && this.count === 2) throw new Error('the wheel came off\nand rolled away');
    if (this.#seed === 22 && this.count === 2) process.exit(3);
    return super.step(action);
  }
}
