import type { Random, Snapshot } from '../../base/index.ts';
import { Parameters, tf } from '../../engine/index.ts';

/**
 * First-in-first-out ring of embeddings, `[capacity, size]`, on the engine: row (pointer + i) mod capacity takes row i
 * of what is pushed, so that batches that do not divide the capacity wrap around truly. It starts with random unit
 * rows; `filled` tells how many have been replaced.
 */
export class EmbeddingQueue {
  readonly capacity: number;
  readonly #rows = new Parameters();
  readonly #variable: tf.Variable<tf.Rank.R2>;
  #pointer = 0;
  #filled = 0;
  /** Rows of the pushes that are still there, the newest first. */
  #sizes: number[] = [];

  constructor(capacity: number, size: number, random: Random) {
    this.capacity = capacity;
    const rows = Array.from({ length: capacity }, () => {
      const row = random.normals(size);
      const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
      return row.map((x) => x / norm);
    });
    const start = new Float32Array(capacity * size);
    rows.forEach((row, i) => start.set(row, i * size));
    this.#variable = this.#rows.add('rows', tf.tensor2d(start, [capacity, size]));
  }

  /** All rows, `[capacity, size]`, in the order of the ring. */
  get rows(): tf.Tensor2D {
    return this.#variable as tf.Tensor2D;
  }

  /** Where the next row goes. */
  get pointer(): number {
    return this.#pointer;
  }

  /** Rows that have been pushed and are still there. */
  get filled(): number {
    return this.#filled;
  }

  /** Mean number of pushes since those of the rows that have been pushed, the last one counted as 1; 0 before any. */
  get age(): number {
    const total = this.#sizes.reduce((sum, rows, i) => sum + rows * (i + 1), 0);
    return this.#filled === 0 ? 0 : total / this.#filled;
  }

  /** Replaces the oldest rows by `batch` `[n, size]`, in order. */
  push(batch: tf.Tensor2D): void {
    const [n, size] = batch.shape;
    const { capacity } = this;
    // Of more rows than fit only the last ones stay, where they would have come to lie.
    const skipped = Math.max(0, n - capacity);
    const kept = n - skipped;
    const start = (this.#pointer + skipped) % capacity;
    const straight = Math.min(kept, capacity - start);
    const wrapped = kept - straight;
    tf.tidy(() => {
      const old = this.rows;
      const parts = [
        tf.slice(batch, [skipped + straight, 0], [wrapped, size]),
        tf.slice(old, [wrapped, 0], [start - wrapped, size]),
        tf.slice(batch, [skipped, 0], [straight, size]),
        tf.slice(old, [start + straight, 0], [capacity - start - straight, size]),
      ];
      this.#variable.assign(tf.concat(parts.filter((part) => part.shape[0] > 0)));
    });
    this.#pointer = (this.#pointer + n) % capacity;
    this.#filled = Math.min(capacity, this.#filled + n);
    this.#sizes = headOf([kept, ...this.#sizes], capacity);
  }

  async state(): Promise<Snapshot> {
    const values = { pointer: this.#pointer, filled: this.#filled, sizes: this.#sizes };
    return { tensors: await this.#rows.save(), values };
  }

  restore(snapshot: Snapshot): void {
    this.#rows.load(snapshot.tensors);
    this.#pointer = snapshot.values.pointer as number;
    this.#filled = snapshot.values.filled as number;
    this.#sizes = snapshot.values.sizes as number[];
  }

  dispose(): void {
    this.#rows.dispose();
  }
}

/** The first sizes that add up to at most `total`, the last of them cut off to fit. */
function headOf(sizes: readonly number[], total: number): number[] {
  const head: number[] = [];
  for (let left = total, i = 0; left > 0 && i < sizes.length; left -= sizes[i++])
    head.push(Math.min(sizes[i], left));
  return head;
}
