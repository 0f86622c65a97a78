/** Anything that JSON can hold. */
type Plain = unknown;

/** Whether two plain values are the same through and through. */
function alike(a: Plain, b: Plain): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [one, two] = [a as Record<string, Plain>, b as Record<string, Plain>];
  let count = 0;
  for (const name in one) {
    if (one[name] !== two[name] && !alike(one[name], two[name])) return false;
    count++;
  }
  for (const _ in two) count--;
  return count === 0;
}

/** Remembers what something was drawn from: numbers that may change with every picture, and plain values that rarely do. */
export class Key {
  #numbers: number[] = [];
  #values: Plain;

  /** Whether these are the ones of the last call. */
  holds(numbers: readonly number[], values: Plain): boolean {
    let same = numbers.length === this.#numbers.length;
    for (let i = 0; i < numbers.length; i++) {
      // Comparing in this way makes NaN differ from itself: then it is drawn anew.
      if (this.#numbers[i] === numbers[i]) continue;
      this.#numbers[i] = numbers[i];
      same = false;
    }
    this.#numbers.length = numbers.length;
    if (alike(this.#values, values)) return same;
    this.#values = structuredClone(values);
    return false;
  }

  /** Holds nothing any more. */
  forget(): void {
    this.#numbers = [];
    this.#values = undefined;
  }
}
