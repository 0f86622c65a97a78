/** The source cells that each target cell covers along one axis, with the share of each. */
export interface Cover {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/** `to` equal cells laid over `from` equal cells: each takes the mean of what it covers. */
export function coverOf(from: number, to: number): Cover {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const low = (i * from) / to;
    const high = ((i + 1) * from) / to;
    first[i] = Math.min(from - 1, Math.floor(low));
    const n = Math.max(1, Math.min(from, Math.ceil(high - 1e-9)) - first[i]);
    const shares = Float64Array.from({ length: n }, (_, k) => {
      const cell = first[i] + k;
      return Math.max(0, Math.min(high, cell + 1) - Math.max(low, cell));
    });
    const sum = shares.reduce((a, b) => a + b, 0);
    return sum > 0 ? shares.map((share) => share / sum) : Float64Array.of(1);
  });
  return { first, weights };
}
