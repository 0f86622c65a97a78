/**
 * Non-negative masses of `size` entries with their sums in a binary tree, so that changing one and finding the entry
 * at a share of the total both take log2(size) steps. A node is always the sum of its two children, never a running
 * total: a tree built from the same masses has the same bits, whatever happened before.
 */
export class SumTree {
  readonly size: number;
  /** Node 1 is the root, the children of node i are 2i and 2i + 1; entries are the leaves from `#leaves` on. */
  readonly #nodes: Float64Array;
  readonly #leaves: number;

  constructor(size: number) {
    this.size = size;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, size)));
    this.#nodes = new Float64Array(2 * this.#leaves);
  }

  get total(): number {
    return this.#nodes[1];
  }

  get(entry: number): number {
    return this.#nodes[this.#leaves + entry];
  }

  set(entry: number, mass: number): void {
    let node = this.#leaves + entry;
    this.#nodes[node] = mass;
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#nodes[node] = this.#nodes[2 * node] + this.#nodes[2 * node + 1];
    }
  }

  /** The entry whose share of [0, total) holds `mass`; never one without mass unless all are. */
  find(mass: number): number {
    let node = 1;
    while (node < this.#leaves) {
      const left = this.#nodes[2 * node];
      // Rounding may leave a mass just past the end of a subtree: what is empty is not entered.
      if (mass < left || this.#nodes[2 * node + 1] === 0) node = 2 * node;
      else {
        mass -= left;
        node = 2 * node + 1;
      }
    }
    return Math.min(node - this.#leaves, this.size - 1);
  }
}
