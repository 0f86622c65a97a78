/** Remembers the numbers that something was drawn from. */
export class Key {
  #numbers: number[] = [];

  /** Whether these are the numbers of the last call. */
  holds(numbers: readonly number[]): boolean {
    let same = numbers.length === this.#numbers.length;
    this.#numbers.length = numbers.length;
    for (let i = 0; i < numbers.length; i++) {
      // Comparing in this way makes NaN differ from itself: then it is drawn anew.
      if (this.#numbers[i] === numbers[i]) continue;
      this.#numbers[i] = numbers[i];
      same = false;
    }
    return same;
  }

  /** Holds nothing any more. */
  forget(): void {
    this.#numbers.length = 0;
  }
}
