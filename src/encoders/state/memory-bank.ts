import type { Snapshot } from '../../base/index.ts';

/** What a bank's rows stand for: replay slots and the running numbers of the transitions in them. */
export interface BankSamples {
  slots: Int32Array;
  numbers: Int32Array;
}

/**
 * One embedding for each replay slot (the memory bank of Wu et al., arXiv 1805.01978, for a data set that changes). A
 * row remembers which transition it was computed from: once a slot holds another one, its row no longer counts. Rows
 * are plain memory, since a few of them change at each update; the bank grows with the slots it has seen.
 */
export class MemoryBank {
  readonly size: number;
  #rows: Float32Array;
  /** Transition of each row; -1 where none was written. */
  #numbers: Int32Array;
  /** Which write each row comes from. */
  #written: Int32Array;
  #writes = 0;

  constructor(size: number) {
    this.size = size;
    this.#rows = new Float32Array(0);
    this.#numbers = new Int32Array(0);
    this.#written = new Int32Array(0);
  }

  /** 1 for each sample whose row was computed from the very same transition. */
  valid({ slots, numbers }: BankSamples): Float32Array {
    return Float32Array.from(slots, (slot, i) => (this.#numbers[slot] === numbers[i] ? 1 : 0));
  }

  /** Slots whose rows stand for transitions that replay still holds: numbers from `oldest` on. */
  live(oldest: number): Int32Array {
    const found: number[] = [];
    this.#numbers.forEach((number, slot) => {
      if (number >= Math.max(oldest, 0)) found.push(slot);
    });
    return Int32Array.from(found);
  }

  /** Mean number of writes since those of these slots' rows, the last one counted as 1; 0 where there are none. */
  age(slots: Int32Array): number {
    const total = slots.reduce((sum, slot) => sum + this.#writes - this.#written[slot], 0);
    return slots.length === 0 ? 0 : total / slots.length;
  }

  /** Rows of slots, `[n, size]`; zeros where none was written. */
  read(slots: ArrayLike<number>): Float32Array {
    const out = new Float32Array(slots.length * this.size);
    for (let i = 0; i < slots.length; i++) {
      const from = slots[i] * this.size;
      out.set(this.#rows.subarray(from, from + this.size), i * this.size);
    }
    return out;
  }

  /** Writes rows `[n, size]` of samples; of several for one slot the last one stays. */
  write({ slots, numbers }: BankSamples, rows: ArrayLike<number>): void {
    this.#grow(slots.reduce((most, slot) => Math.max(most, slot + 1), 0));
    slots.forEach((slot, i) => {
      for (let d = 0; d < this.size; d++) this.#rows[slot * this.size + d] = rows[i * this.size + d];
      this.#numbers[slot] = numbers[i];
      this.#written[slot] = this.#writes;
    });
    this.#writes++;
  }

  #grow(slots: number): void {
    if (slots <= this.#numbers.length) return;
    const length = Math.max(slots, 2 * this.#numbers.length);
    const [rows, numbers, written] = [this.#rows, this.#numbers, this.#written];
    this.#rows = new Float32Array(length * this.size);
    this.#rows.set(rows);
    this.#numbers = new Int32Array(length).fill(-1);
    this.#numbers.set(numbers);
    this.#written = new Int32Array(length);
    this.#written.set(written);
  }

  state(): Snapshot {
    const slots = this.#numbers.length;
    return {
      tensors: {
        rows: { shape: [slots, this.size], data: this.#rows.slice() },
        numbers: { shape: [slots], data: this.#numbers.slice() },
        written: { shape: [slots], data: this.#written.slice() },
      },
      values: { writes: this.#writes },
    };
  }

  restore({ tensors, values }: Snapshot): void {
    this.#rows = Float32Array.from(tensors.rows.data);
    this.#numbers = Int32Array.from(tensors.numbers.data);
    this.#written = Int32Array.from(tensors.written.data);
    this.#writes = values.writes as number;
  }
}
