import { humanNumber } from '../text/format.ts';

/** Maps values of an axis to 0..1 and says where its ticks lie. */
export interface Scale {
  low: number;
  high: number;
  ticks: { value: number; label: string }[];
  /** Position of a value between `low` (0) and `high` (1). */
  at(value: number): number;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const mantissa = rough / power;
  const nice = mantissa <= 1.0001 ? 1 : mantissa <= 2.0001 ? 2 : mantissa <= 5.0001 ? 5 : 10;
  return nice * power;
}

const UNITS: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Labels that tell neighbouring ticks apart, all with one unit and equally many decimals. */
export function tickLabels(values: readonly number[], step: number): string[] {
  const size = Math.max(...values.map(Math.abs), 0);
  if (size > 0 && (size < 0.01 || size >= 1e15)) return values.map((value) => humanNumber(value));
  // Up to four digits read better as they are: 200, 1000 rather than 0.2k, 1.0k.
  const [scale, suffix] = (size >= 10_000 && UNITS.find(([unit]) => size >= unit)) || [1, ''];
  const decimals = Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9));
  return values.map((value) => {
    if (value === 0) return '0';
    return `${value < 0 ? '−' : ''}${(Math.abs(value) / scale).toFixed(decimals)}${suffix}`;
  });
}

/**
 * A linear axis over [low, high] with at most about `count` ticks.
 * @param outward widens the range to whole ticks
 */
export function linearScale(low: number, high: number, count: number, outward = true): Scale {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // A range that floating point can hardly divide is drawn as one value.
  if (!(high - low > Math.max(size * 1e-10, 1e-290))) {
    const room = size > 1e-290 ? size * 0.1 : 1;
    low -= room;
    high += room;
  }
  let step = niceStep((high - low) / Math.max(1, count));
  let first = outward ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  let last = outward ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  if (last - first > count) {
    step = niceStep(step * 1.5);
    first = outward ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
    last = outward ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  }
  // Rounding to 12 digits removes the dust of `index * step`.
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const from = outward ? first * step : low;
  const to = outward ? last * step : high;
  const labels = tickLabels(values, step);
  return {
    low: from,
    high: to,
    ticks: values.map((value, i) => ({ value, label: labels[i] })),
    at: (value) => (value - from) / (to - from),
  };
}

/** A logarithmic axis over [low, high], both positive: ticks at powers of ten, and at 2 and 5 where there is room. */
export function logScale(low: number, high: number, count: number): Scale {
  const from = Math.log10(low) - (high > low ? 0 : 0.5);
  const to = Math.log10(high) + (high > low ? 0 : 0.5);
  const candidates = [[1], [1, 5], [1, 2, 5]].map((mantissas) => {
    const values: number[] = [];
    for (let power = Math.floor(from); power <= Math.ceil(to); power++) {
      for (const mantissa of mantissas) {
        const value = Number((mantissa * 10 ** power).toPrecision(2));
        if (Math.log10(value) >= from - 1e-9 && Math.log10(value) <= to + 1e-9) values.push(value);
      }
    }
    return values;
  });
  let values = candidates.findLast((list) => list.length <= count) ?? candidates[0];
  const every = Math.ceil(values.length / Math.max(1, count));
  values = values.filter((_, i) => i % every === 0);
  return {
    low: 10 ** from,
    high: 10 ** to,
    ticks: values.map((value) => ({ value, label: humanNumber(value) })),
    at: (value) => (Math.log10(value) - from) / (to - from),
  };
}
