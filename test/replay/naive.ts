import type { ReplayBuffer, Transition } from '../../src/replay/index.ts';

export interface Layout {
  height: number;
  width: number;
  channels: number;
  stack: number;
  actionSize: number;
}

export interface Episode {
  first: Uint8Array;
  steps: Transition[];
}

interface WholeTransition extends Transition {
  action: number[];
  next: Uint8Array;
}

/** Replay as it is easiest to get right: a ring of whole transitions. */
export class NaiveReplay {
  readonly slots = new Map<number, WholeTransition>();
  readonly capacity: number;
  added = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(observation: Uint8Array, step: Transition): void {
    const transition = { ...step, action: [...Array.from(step.action)], observation, next: step.observation };
    this.slots.set(this.added++ % this.capacity, transition);
  }
}

let serial = 1;

/** Episodes of the given lengths with frames of distinct noise, stacked as an environment's wrapper stacks them. */
export function episodes(
  { height, width, channels, stack, actionSize }: Layout,
  lengths: number[],
): Episode[] {
  const pixels = height * width;
  const frame = () =>
    Uint8Array.from({ length: pixels * channels }, () => (serial = (serial * 48271) % 2147483647) & 255);
  const stacked = (frames: Uint8Array[]) => {
    const out = new Uint8Array(pixels * channels * stack);
    frames.forEach((one, k) => {
      one.forEach((byte, i) => {
        out[(Math.floor(i / channels) * stack + k) * channels + (i % channels)] = byte;
      });
    });
    return out;
  };
  return lengths.map((length, e) => {
    let frames = new Array<Uint8Array>(stack).fill(frame());
    const first = stacked(frames);
    const steps = Array.from({ length }, (_, t) => {
      frames = [...frames.slice(1), frame()];
      const last = t === length - 1;
      return {
        action: Array.from({ length: actionSize }, (_, k) => e + t + k),
        reward: 100 * e + t,
        observation: stacked(frames),
        terminated: last && e % 2 === 0,
        truncated: last && e % 2 === 1,
      };
    });
    return { first, steps };
  });
}

/** Plays an episode into both. */
export function fill(replay: ReplayBuffer, naive: NaiveReplay, { first, steps }: Episode): void {
  replay.start(first);
  let observation = first;
  for (const step of steps) {
    replay.add(step);
    naive.add(observation, step);
    observation = step.observation;
  }
}
