/** A fixed number of places for things that come and go, so that state vectors keep their length. */
export type Slots<T> = (T | null)[];

export function emptySlots<T>(n: number): Slots<T> {
  return new Array<T | null>(n).fill(null);
}

/** Puts a thing into the first free place; false where there is none. */
export function fill<T>(slots: Slots<T>, thing: T): boolean {
  const free = slots.indexOf(null);
  if (free < 0) return false;
  slots[free] = thing;
  return true;
}

/** Removes what `test` finds; the number removed. `test` may change the things that stay. */
export function removeWhere<T>(slots: Slots<T>, test: (thing: T) => boolean): number {
  let removed = 0;
  slots.forEach((thing, i) => {
    if (thing === null || !test(thing)) return;
    slots[i] = null;
    removed += 1;
  });
  return removed;
}

/** The things that are there. */
export function present<T>(slots: Slots<T>): T[] {
  return slots.filter((thing) => thing !== null) as T[];
}

/** `size` numbers for each place: 1 and those of the thing, or all 0. */
export function slotNumbers<T>(slots: Slots<T>, size: number, numbers: (thing: T) => number[]): number[] {
  return slots.flatMap((thing) =>
    thing === null ? new Array<number>(size).fill(0) : [1, ...numbers(thing)],
  );
}

/** Whether two boxes `[x, y, width, height]` overlap. */
export function overlap(a: readonly number[], b: readonly number[]): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}
