type Rgb = readonly [number, number, number];

/** Stops of a colour scale from dark blue over green to yellow, even in brightness. */
const SCALE: readonly Rgb[] = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
];

/** The colour of a value within 0 to 1. */
export function scaleColor(value: number): Rgb {
  const at = Math.max(0, Math.min(1, value)) * (SCALE.length - 1);
  const low = Math.min(SCALE.length - 2, Math.floor(at));
  const mix = (c: 0 | 1 | 2) => Math.round(SCALE[low][c] + (at - low) * (SCALE[low + 1][c] - SCALE[low][c]));
  return [mix(0), mix(1), mix(2)];
}

/** Values as places within 0 to 1, by rank, so that a few outliers do not take all the colours. */
export function byRank(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const places = new Float64Array(values.length);
  let start = 0;
  for (let i = 1; i <= order.length; i++) {
    if (i < order.length && values[order[i]] === values[order[start]]) continue;
    for (let j = start; j < i; j++) places[order[j]] = (start + i - 1) / 2 / Math.max(1, order.length - 1);
    start = i;
  }
  return places;
}
