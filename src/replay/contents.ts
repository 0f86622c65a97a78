import type { Random } from '../base/index.ts';
import type { FrameQueue } from './frames.ts';
import type { Priorities, PriorityOptions } from './priorities.ts';

export interface ReplayOptions {
  /** Transitions (agent steps) kept; the oldest goes first. */
  capacity: number;
  height: number;
  width: number;
  /** Channels of one frame: 3 for RGB. */
  channels: number;
  /** Frames in one observation. */
  stack: number;
  /** Numbers in one action. */
  actionSize: number;
  /** Draws the samples; its state is saved with the buffer. */
  random: Random;
  /** Draws by TD error instead of uniformly. */
  priorities?: PriorityOptions;
  /** Bytes of one allocation of frames. */
  chunkBytes?: number;
}

/** Columns of the transition table; transition `t` lies in slot `t % capacity`. */
export interface Columns {
  actions: Float32Array;
  rewards: Float32Array;
  terminated: Uint8Array;
  truncated: Uint8Array;
  /** Number of the newest frame of o; the newest of o' is the next one. */
  frame: Int32Array;
  /** Frames of the episode before it, at most `stack`. */
  age: Uint8Array;
  /** Masses of prioritised replay; absent where draws are uniform. */
  priority?: Float32Array;
}

/** All that makes up a buffer's state: what is saved and restored. */
export interface ReplayContents {
  readonly options: Readonly<ReplayOptions>;
  readonly frames: FrameQueue;
  readonly columns: Columns;
  readonly size: number;
  /** Null where draws are uniform. */
  readonly priorities: Priorities | null;
  /** Transitions ever added. */
  added: number;
  /** Age of the newest frame, or null between episodes. */
  age: number | null;
}
