import type { Picture } from './picture.ts';

type Rgb = [number, number, number];

/** A group of colours: positions `from..to` (end excluded) in the order, and what splitting it would gain. */
interface Group {
  from: number;
  to: number;
  channel: number;
  /** Sum of squared distances from the mean along the widest channel, weighted by pixels. */
  spread: number;
}

const channelOf = (color: number, channel: number): number => (color >> (16 - 8 * channel)) & 255;

/** How often each colour (0xRRGGBB) occurs. */
export function countColors(pictures: readonly Picture[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { data } of pictures) {
    for (let at = 0; at < data.length; at += 3) {
      const color = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
  }
  return counts;
}

function measure(colors: Int32Array, weights: Float64Array, from: number, to: number): Group {
  const group: Group = { from, to, channel: 0, spread: -1 };
  for (let channel = 0; channel < 3; channel++) {
    let [n, sum, squares] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const value = channelOf(colors[i], channel);
      n += weights[i];
      sum += weights[i] * value;
      squares += weights[i] * value * value;
    }
    const spread = squares - (sum * sum) / n;
    if (spread > group.spread) Object.assign(group, { channel, spread });
  }
  return group;
}

function meanOf(colors: Int32Array, weights: Float64Array, { from, to }: Group): Rgb {
  const sum: Rgb = [0, 0, 0];
  let n = 0;
  for (let i = from; i < to; i++) {
    n += weights[i];
    for (let k = 0; k < 3; k++) sum[k] += weights[i] * channelOf(colors[i], k);
  }
  return sum.map((value) => Math.round(value / n)) as Rgb;
}

/**
 * At most `size` colours that stand well for all those counted: exact where there are few, else a median cut
 * that always splits the group with the largest squared error at its mean. Counts enter by their square root, so
 * that a small moving limb gets colours beside a large sky.
 */
export function choosePalette(counts: ReadonlyMap<number, number>, size: number): Rgb[] {
  // Sorted, so that the palette does not depend on the order of the pixels.
  const colors = Int32Array.from(counts.keys()).sort();
  if (colors.length <= size) return [...colors].map((c): Rgb => [0, 1, 2].map((k) => channelOf(c, k)) as Rgb);
  const weights = Float64Array.from(colors, (color) => Math.sqrt(counts.get(color) ?? 0));
  const groups = [measure(colors, weights, 0, colors.length)];
  while (groups.length < size) {
    let worst = 0;
    for (let g = 1; g < groups.length; g++) if (groups[g].spread > groups[worst].spread) worst = g;
    const group = groups[worst];
    const { from, to, channel } = group;
    const mean = meanOf(colors, weights, { ...group })[channel];
    const order = Array.from({ length: to - from }, (_, i) => from + i).sort(
      (a, b) => channelOf(colors[a], channel) - channelOf(colors[b], channel),
    );
    const sortedColors = order.map((i) => colors[i]);
    const sortedWeights = order.map((i) => weights[i]);
    colors.set(sortedColors, from);
    weights.set(sortedWeights, from);
    let cut = sortedColors.findIndex((color) => channelOf(color, channel) > mean);
    // All at or below the rounded mean: cut before the last one.
    if (cut <= 0) cut = sortedColors.length - 1;
    groups[worst] = measure(colors, weights, from, from + cut);
    groups.push(measure(colors, weights, from + cut, to));
  }
  return groups.map((group) => meanOf(colors, weights, group));
}

/** Index of the nearest palette colour for every counted colour. */
export function nearestColors(palette: readonly Rgb[], colors: Iterable<number>): Map<number, number> {
  const nearest = new Map<number, number>();
  for (const color of colors) {
    const [r, g, b] = [channelOf(color, 0), channelOf(color, 1), channelOf(color, 2)];
    let best = 0;
    let distance = Infinity;
    for (let n = 0; n < palette.length; n++) {
      const [pr, pg, pb] = palette[n];
      const d = (pr - r) * (pr - r) + (pg - g) * (pg - g) + (pb - b) * (pb - b);
      if (d < distance) [best, distance] = [n, d];
    }
    nearest.set(color, best);
  }
  return nearest;
}
