import type { Info } from '../env.ts';

/** Kinds of values; 0 and above are the lengths of Float64Arrays. */
const NUMBER = -1;
const BOOLEAN = -2;

/** Names and kinds of what an info holds, in its order. */
export interface InfoLayout {
  names: string[];
  kinds: number[];
  /** Numbers in memory. */
  size: number;
}

/** float64 numbers beyond `info.state` for which there is room in each environment's share. */
const ROOM = 32;
/** An environment whose infos look different at every step is better served by messages. */
const MOST_LAYOUTS = 64;

/** Where infos made of numbers, booleans and Float64Arrays lie in memory that all threads see. */
export interface InfoMemory {
  /** float64, `room` of them for each environment. */
  numbers: SharedArrayBuffer;
  /** int32: the layout of each environment's info among those of its worker. */
  layouts: SharedArrayBuffer;
  room: number;
}

export function infoMemory(numEnvs: number, stateSize = 0): InfoMemory {
  const room = stateSize + ROOM;
  return {
    numbers: new SharedArrayBuffer(8 * room * numEnvs),
    layouts: new SharedArrayBuffer(4 * numEnvs),
    room,
  };
}

function kindOf(value: unknown): number | null {
  if (typeof value === 'number') return NUMBER;
  if (typeof value === 'boolean') return BOOLEAN;
  return value instanceof Float64Array ? value.length : null;
}

function layoutOf(info: Info): InfoLayout | null {
  const layout: InfoLayout = { names: Object.keys(info), kinds: [], size: 0 };
  for (const name of layout.names) {
    const kind = kindOf(info[name]);
    if (kind === null) return null;
    layout.kinds.push(kind);
    layout.size += Math.max(1, kind);
  }
  return layout;
}

function fits(info: Info, { names, kinds }: InfoLayout): boolean {
  const own = Object.keys(info);
  if (own.length !== names.length) return false;
  for (let n = 0; n < own.length; n++) {
    if (own[n] !== names[n] || kindOf(info[own[n]]) !== kinds[n]) return false;
  }
  return true;
}

/**
 * Writes the infos of a worker's environments. Layouts have numbers; one that is new goes to the reader in a message,
 * together with the infos of that step, and after that in memory.
 */
export class InfoWriter {
  readonly #numbers: Float64Array;
  readonly #ids: Int32Array;
  readonly #room: number;
  readonly #layouts: InfoLayout[] = [];
  #last = 0;
  #told = 0;

  constructor(memory: InfoMemory) {
    this.#numbers = new Float64Array(memory.numbers);
    this.#ids = new Int32Array(memory.layouts);
    this.#room = memory.room;
  }

  /** Writes the info of environment `i`; false where it has to go in a message. */
  write(i: number, info: Info): boolean {
    const id = this.#find(info);
    if (id < 0 || id >= this.#told) return false;
    const { names, kinds } = this.#layouts[id];
    let at = i * this.#room;
    for (let n = 0; n < names.length; n++) {
      const value = info[names[n]];
      if (kinds[n] >= 0) this.#numbers.set(value as Float64Array, at);
      else this.#numbers[at] = Number(value);
      at += Math.max(1, kinds[n]);
    }
    this.#ids[i] = id;
    return true;
  }

  /** Layouts that the reader does not know yet; it will after this. */
  untold(): InfoLayout[] {
    const layouts = this.#layouts.slice(this.#told);
    this.#told = this.#layouts.length;
    return layouts;
  }

  #find(info: Info): number {
    if (this.#last < this.#layouts.length && fits(info, this.#layouts[this.#last])) return this.#last;
    let id = this.#layouts.findIndex((layout) => fits(info, layout));
    if (id < 0 && this.#layouts.length < MOST_LAYOUTS) {
      const layout = layoutOf(info);
      if (layout && layout.size <= this.#room) id = this.#layouts.push(layout) - 1;
    }
    if (id >= 0) this.#last = id;
    return id;
  }
}

/** Reads what a worker's `InfoWriter` wrote. */
export class InfoReader {
  readonly #numbers: Float64Array;
  readonly #ids: Int32Array;
  readonly #room: number;
  readonly #layouts: InfoLayout[] = [];

  constructor(memory: InfoMemory) {
    this.#numbers = new Float64Array(memory.numbers);
    this.#ids = new Int32Array(memory.layouts);
    this.#room = memory.room;
  }

  learn(layouts: readonly InfoLayout[]): void {
    this.#layouts.push(...layouts);
  }

  /** The infos of `count` environments from `first` on. Their arrays share one piece of memory, which is theirs alone. */
  read(first: number, count: number): Info[] {
    const from = first * this.#room;
    const numbers = this.#numbers.slice(from, from + count * this.#room);
    return Array.from({ length: count }, (_, k) => this.#info(first + k, numbers, k * this.#room));
  }

  #info(i: number, numbers: Float64Array, at: number): Info {
    const { names, kinds } = this.#layouts[this.#ids[i]];
    const info: Info = {};
    for (let n = 0; n < names.length; n++) {
      const kind = kinds[n];
      if (kind >= 0) info[names[n]] = numbers.subarray(at, at + kind);
      else info[names[n]] = kind === BOOLEAN ? numbers[at] === 1 : numbers[at];
      at += Math.max(1, kind);
    }
    return info;
  }
}
