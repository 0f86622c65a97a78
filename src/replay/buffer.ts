import { randomCrop, type Crop } from './crop.ts';
import { FrameQueue } from './frames.ts';
import { gatherStacks } from './gather.ts';
import type { Columns, ReplayContents, ReplayOptions } from './contents.ts';
import { Priorities } from './priorities.ts';
import { loadReplay, pruneReplay, saveReplay, type ReplayManifest } from './store.ts';

/** Numbers of transitions in a buffer, as `sample` gives them; they hold until the next `add`. */
export type Indices = Int32Array;

export interface Transition {
  action: ArrayLike<number>;
  reward: number;
  /** What the step returned: `[height, width, stack * channels]`, of which the newest frame is kept. */
  observation: Uint8Array;
  /** The task itself ended: no bootstrap. */
  terminated: boolean;
  /** A time limit cut the episode: bootstrap from `observation`. */
  truncated: boolean;
}

/**
 * Replay of transitions (o, a, r, o'). Every frame is stored once; observations are stacked when
 * they are read, so 100,000 transitions of 100x100 RGB take 3 GB rather than 18. Stacks never reach across the
 * start of an episode: before it, the first frame repeats, as frame stacking does at a reset.
 *
 * @example
 * replay.start(env.reset({ seed }).observation);
 * replay.add({ action, ...env.step(action) });
 * const indices = replay.sample(128);
 * const crop = { size: 84, offsets: replay.randomOffsets(128, 84, { lastOffset: true }) };
 * const pixels = replay.observations(indices, crop); // [128, 84, 84, 9]
 */
export class ReplayBuffer implements ReplayContents {
  readonly options: Readonly<ReplayOptions>;
  readonly frames: FrameQueue;
  readonly columns: Columns;
  readonly priorities: Priorities | null;
  /** Transitions ever added. */
  added = 0;
  /** Age of the newest frame, or null between episodes. */
  age: number | null = null;

  constructor(options: ReplayOptions) {
    const { capacity, actionSize, stack } = options;
    if (stack < 1 || stack > 254) throw new RangeError(`A stack has 1 to 254 frames, not ${stack}.`);
    this.options = { ...options };
    this.frames = new FrameQueue(options, options.chunkBytes ?? 64 * 2 ** 20);
    this.columns = {
      actions: new Float32Array(capacity * actionSize),
      rewards: new Float32Array(capacity),
      terminated: new Uint8Array(capacity),
      truncated: new Uint8Array(capacity),
      frame: new Int32Array(capacity),
      age: new Uint8Array(capacity),
    };
    this.priorities = options.priorities ? new Priorities(capacity, options.priorities) : null;
    if (this.priorities) this.columns.priority = this.priorities.masses;
  }

  /** Transitions that can be sampled. */
  get size(): number {
    return Math.min(this.added, this.options.capacity);
  }

  /** Bytes held by frames and the table. */
  get bytes(): number {
    const table = Object.values(this.columns).reduce((sum, column) => sum + column.byteLength, 0);
    return table + this.frames.chunks.size * this.frames.perChunk * this.frames.frameBytes;
  }

  /** Begins an episode with the observation of a reset. */
  start(observation: Uint8Array): void {
    this.frames.append(observation);
    this.age = 0;
  }

  /** Goes on in the middle of an episode with the whole stack of an observation, as if what was before were here. */
  resume(observation: Uint8Array): void {
    const { stack, channels } = this.options;
    const pixels = observation.length / (stack * channels);
    for (let k = 0; k < stack; k++) {
      const frame = new Uint8Array(pixels * channels);
      for (let p = 0; p < pixels; p++) {
        const from = (p * stack + k) * channels;
        frame.set(observation.subarray(from, from + channels), p * channels);
      }
      this.frames.append(frame);
    }
    this.age = stack - 1;
  }

  /** Appends one step of the running episode. @throws when no episode is running */
  add(step: Transition): void {
    if (this.age === null)
      throw new Error('ReplayBuffer.add needs start(observation) at the beginning of each episode.');
    const { capacity, actionSize, stack } = this.options;
    if (step.action.length !== actionSize)
      throw new RangeError(`An action has ${step.action.length} numbers, not ${actionSize}.`);
    const { columns } = this;
    const slot = this.added % capacity;
    columns.actions.set(step.action, slot * actionSize);
    columns.rewards[slot] = step.reward;
    columns.terminated[slot] = step.terminated ? 1 : 0;
    columns.truncated[slot] = step.truncated ? 1 : 0;
    columns.frame[slot] = this.frames.count - 1;
    columns.age[slot] = this.age;
    this.priorities?.added(slot);
    this.frames.append(step.observation);
    this.added++;
    this.age = step.terminated || step.truncated ? null : Math.min(this.age + 1, stack);
    // The oldest transition's stack bounds what is still needed.
    const oldest = this.added > capacity ? this.added % capacity : 0;
    this.frames.release(columns.frame[oldest] - Math.min(columns.age[oldest], stack - 1));
  }

  /** `n` transitions with replacement, uniform or by priority. @throws when the buffer is empty */
  sample(n: number): Indices {
    const { size } = this;
    if (size === 0) throw new Error('The replay buffer is empty.');
    const { random } = this.options;
    if (this.priorities) return this.priorities.sample(n, random);
    return Int32Array.from({ length: n }, () => random.integer(size));
  }

  /** Importance weights of drawn transitions in (0, 1]; null where draws are uniform. */
  weights(indices: Indices): Float32Array | null {
    return this.priorities?.weights(indices, this.size, this.added) ?? null;
  }

  /** Takes the |TD errors| of drawn transitions over, before the next `add`; nothing where draws are uniform. */
  prioritise(indices: Indices, errors: Float32Array): void {
    this.priorities?.update(indices, errors);
  }

  /** Crop corners for `n` images, drawn from the buffer's generator (see `randomCrop`). */
  randomOffsets(n: number, size: number, options: { lastOffset: boolean }): Int32Array {
    return randomCrop(this.options.random, n, this.options.height, size, options);
  }

  /** Observations o as bytes `[n, h, w, stack * channels]`, into `out` where given. */
  observations(indices: Indices, crop?: Crop, out?: Uint8Array): Uint8Array {
    return this.#stacks(indices, 0, crop, out);
  }

  /** Observations o' that followed, like `observations`. */
  nextObservations(indices: Indices, crop?: Crop, out?: Uint8Array): Uint8Array {
    return this.#stacks(indices, 1, crop, out);
  }

  /** Actions as `[n, actionSize]`. */
  actions(indices: Indices): Float32Array {
    const { actionSize } = this.options;
    const out = new Float32Array(indices.length * actionSize);
    indices.forEach((slot, k) => {
      out.set(this.columns.actions.subarray(slot * actionSize, (slot + 1) * actionSize), k * actionSize);
    });
    return out;
  }

  /** Rewards as `[n]`. */
  rewards(indices: Indices): Float32Array {
    return Float32Array.from(indices, (slot) => this.columns.rewards[slot]);
  }

  /** 1 where the task itself ended, as `[n]`. */
  terminated(indices: Indices): Float32Array {
    return Float32Array.from(indices, (slot) => this.columns.terminated[slot]);
  }

  /** 1 where a time limit cut the episode, as `[n]`. */
  truncated(indices: Indices): Float32Array {
    return Float32Array.from(indices, (slot) => this.columns.truncated[slot]);
  }

  /** Writes what is new since the last save and names all of it (see `saveReplay`). */
  save(folder: string): ReplayManifest {
    return saveReplay(this, folder);
  }

  /** Takes over a saved buffer of the same layout. @throws RunError in one line for damaged files */
  load(folder: string, manifest: ReplayManifest, onProgress?: () => void): void {
    loadReplay(this, folder, manifest, onProgress);
  }

  /** Deletes the files of `folder` that none of the manifests names. */
  static prune(folder: string, keep: readonly ReplayManifest[]): void {
    pruneReplay(folder, keep);
  }

  #stacks(indices: Indices, ahead: 0 | 1, crop: Crop | undefined, out: Uint8Array | undefined): Uint8Array {
    const { stack, height, width, channels } = this.options;
    const side = crop ? crop.size * crop.size : height * width;
    const length = indices.length * side * stack * channels;
    const target = out ?? new Uint8Array(length);
    if (target.length !== length)
      throw new RangeError(`The output has ${target.length} bytes, not ${length}.`);
    if (crop) this.#checkCrop(indices.length, crop);
    const frames = new Int32Array(indices.length * stack);
    indices.forEach((slot, k) => {
      if (!(slot >= 0 && slot < this.size)) throw new RangeError(`There is no transition ${slot}.`);
      const newest = this.columns.frame[slot] + ahead;
      const age = this.columns.age[slot] + ahead;
      for (let j = 0; j < stack; j++) frames[k * stack + j] = newest - Math.min(stack - 1 - j, age);
    });
    gatherStacks(this.frames, frames, stack, crop, target);
    return target;
  }

  #checkCrop(n: number, { size, offsets }: Crop): void {
    const { height, width } = this.options;
    if (offsets.length !== 2 * n)
      throw new RangeError(`${n} crops need ${2 * n} offsets, not ${offsets.length}.`);
    for (let k = 0; k < offsets.length; k++) {
      const room = (k % 2 === 0 ? height : width) - size;
      if (offsets[k] < 0 || offsets[k] > room)
        throw new RangeError(`A crop at ${offsets[k]} leaves the image (0 to ${room}).`);
    }
  }
}
