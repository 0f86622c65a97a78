import { portable, type Random } from '../base/index.ts';
import { SumTree } from './sum-tree.ts';

/** How prioritised replay draws. */
export interface PriorityOptions {
  /** alpha of p^alpha; 0 is uniform. */
  exponent: number;
  /** beta of the importance weights at the start. */
  importance: number;
  /** Transitions added until beta is 1. */
  importanceSteps: number;
}

/** Errors of zero must not keep a transition from ever being drawn again. */
const LEAST_ERROR = 1e-6;

/** x^y of a positive x, with the same bits on every machine. */
const power = (x: number, y: number) => portable.exp(y * portable.log(x));

/**
 * Proportional priorities (Schaul et al., arXiv 1511.05952): transition i is drawn with probability
 * `P(i) = p_i^alpha / sum_k p_k^alpha`, `p_i = |TD error| + 1e-6`. New transitions get the largest priority so far, so
 * that each is seen soon.
 */
export class Priorities {
  readonly options: PriorityOptions;
  /** p^alpha of every slot, as float32: what is saved. */
  readonly masses: Float32Array;
  /** Largest p^alpha so far. */
  largest = 1;
  readonly #tree: SumTree;

  constructor(capacity: number, options: PriorityOptions) {
    this.options = options;
    this.masses = new Float32Array(capacity);
    this.#tree = new SumTree(capacity);
  }

  /** A new transition lies in a slot. */
  added(slot: number): void {
    this.#set(slot, this.largest);
  }

  /** Takes the newest |TD errors| of some slots over. */
  update(slots: Int32Array, errors: Float32Array): void {
    slots.forEach((slot, k) => {
      this.#set(slot, power(Math.abs(errors[k]) + LEAST_ERROR, this.options.exponent));
      this.largest = Math.max(this.largest, this.masses[slot]);
    });
  }

  /** `n` slots with replacement, one from each n-th of the total. */
  sample(n: number, random: Random): Int32Array {
    const share = this.#tree.total / n;
    return Int32Array.from({ length: n }, (_, k) => this.#tree.find((k + random.uniform()) * share));
  }

  /**
   * Importance weights `w = (N P(i))^-beta`, divided by the largest of the batch so that they only scale down.
   * @param size transitions in the buffer, @param added transitions ever added, by which beta rises to 1
   */
  weights(slots: Int32Array, size: number, added: number): Float32Array {
    const { importance, importanceSteps } = this.options;
    const beta = importance + (1 - importance) * Math.min(1, added / importanceSteps);
    const { total } = this.#tree;
    const weights = Float32Array.from(slots, (slot) => power((size * this.masses[slot]) / total, -beta));
    const most = weights.reduce((a, b) => Math.max(a, b), 0);
    return weights.map((weight) => weight / most);
  }

  /** Makes the sums fit masses that were written from outside. */
  rebuild(): void {
    this.masses.forEach((mass, slot) => this.#tree.set(slot, mass));
  }

  #set(slot: number, mass: number): void {
    this.masses[slot] = mass;
    this.#tree.set(slot, this.masses[slot]);
  }
}
