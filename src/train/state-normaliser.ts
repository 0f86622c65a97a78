import type { Snapshot, TensorData } from '../base/index.ts';
import type { Indices, ReplayBuffer } from '../replay/index.ts';

/** Normalised numbers stay within this: what was constant at first may become large later. */
const BOUND = 10;
/** Standard deviations below this are taken for those of constants, which are only moved. */
const LEAST_DEVIATION = 1e-3;

const floatsOf = (bytes: Uint8Array) => {
  const numbers = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(numbers.buffer).set(bytes);
  return numbers;
};

/**
 * Brings every number of a state to mean 0 and deviation 1 over the transitions that replay holds when learning begins,
 * those of random actions. From then on it stays as it is: a state means the same numbers throughout a run.
 *
 * Numbers that were 0 or 1 only are flags, and stay as they are: one that random actions hardly ever change, such as a
 * brick that still stands, would jump by many deviations once the agent plays better.
 */
export class StateNormaliser {
  #mean: Float32Array | null = null;
  #deviation: Float32Array | null = null;

  get ready(): boolean {
    return this.#mean !== null;
  }

  /** Takes the statistics of all observations of a buffer. */
  measure(replay: ReplayBuffer): void {
    const all: Indices = Int32Array.from({ length: replay.size }, (_, slot) => slot);
    const states = floatsOf(replay.observations(all));
    const size = states.length / replay.size;
    const mean = new Float64Array(size);
    states.forEach((x, i) => (mean[i % size] += x / replay.size));
    const variance = new Float64Array(size);
    states.forEach((x, i) => (variance[i % size] += (x - mean[i % size]) ** 2 / replay.size));
    const flags = mean.map(() => 1);
    states.forEach((x, i) => {
      if (x !== 0 && x !== 1) flags[i % size] = 0;
    });
    this.#mean = Float32Array.from(mean, (m, i) => (flags[i] ? 0 : m));
    this.#deviation = Float32Array.from(variance, (v, i) =>
      flags[i] || Math.sqrt(v) < LEAST_DEVIATION ? 1 : Math.sqrt(v),
    );
  }

  /** States as bytes, normalised; as they are before anything was measured. */
  apply(bytes: Uint8Array): Uint8Array {
    const [mean, deviation] = [this.#mean, this.#deviation];
    if (!mean || !deviation) return bytes;
    const size = mean.length;
    const states = floatsOf(bytes).map((x, i) => {
      const normal = (x - mean[i % size]) / deviation[i % size];
      return Math.max(-BOUND, Math.min(BOUND, normal));
    });
    return new Uint8Array(states.buffer);
  }

  state(): Snapshot {
    const tensor = (data: Float32Array): TensorData => ({ shape: [data.length], data: data.slice() });
    const [mean, deviation] = [this.#mean, this.#deviation];
    return {
      tensors: mean && deviation ? { mean: tensor(mean), deviation: tensor(deviation) } : {},
      values: {},
    };
  }

  restore({ tensors }: Snapshot): void {
    const numbers = (name: string) => {
      const data = tensors[name]?.data;
      return data ? Float32Array.from(data) : null;
    };
    this.#mean = numbers('mean');
    this.#deviation = numbers('deviation');
  }
}
