import type { Style, Theme } from '../text/theme.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const LEVELS = '▁▂▃▄▅▆▇█';
// Fillings that stay apart without colours.
const SHADES = ['█', '▓', '▒', '░', '·', ' '];

const clamp = (value: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0);

/** A bar of `width` cells, `fraction` (0..1) of it filled to an eighth of a cell. */
export function bar(fraction: number, width: number, filled: Style, track: Style, rest = '░'): string {
  const eighths = Math.round(clamp(fraction) * width * 8);
  const whole = Math.floor(eighths / 8);
  const part = EIGHTHS[eighths % 8];
  return filled('█'.repeat(whole) + part) + track(rest.repeat(width - whole - (part === '' ? 0 : 1)));
}

/** Parts of a whole beside each other in `width` cells; the largest remainders get the cells left over. */
export function stackedBar(fractions: readonly number[], width: number, theme: Theme): string {
  const exact = fractions.map((fraction) => clamp(fraction) * width);
  const cells = exact.map(Math.floor);
  const total = Math.min(width, Math.round(exact.reduce((sum, value) => sum + value, 0)));
  const byRemainder = exact.map((_, i) => i).sort((a, b) => (exact[b] % 1) - (exact[a] % 1));
  for (const i of byRemainder) {
    if (cells.reduce((sum, value) => sum + value, 0) >= total) break;
    cells[i] += 1;
  }
  const painted = cells.map((count, i) =>
    theme.depth === 1
      ? SHADES[Math.min(i, SHADES.length - 1)].repeat(count)
      : theme.series[i % theme.series.length]('█'.repeat(count)),
  );
  return painted.join('') + ' '.repeat(Math.max(0, width - cells.reduce((sum, value) => sum + value, 0)));
}

/** The sign that stands for part `i` of a {@link stackedBar} in its legend. */
export function legendMark(i: number, theme: Theme): string {
  return theme.depth === 1
    ? SHADES[Math.min(i, SHADES.length - 1)]
    : theme.series[i % theme.series.length]('■');
}

/** A small curve in one line: the mean of each of `width` stretches of `values`, from their lowest to highest. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter((value) => Math.abs(value) < 1e300);
  if (finite.length === 0 || width <= 0) return ' '.repeat(Math.max(0, width));
  const columns = Math.min(width, finite.length);
  const means = Array.from({ length: columns }, (_, i) => {
    const part = finite.slice(
      Math.floor((i * finite.length) / columns),
      Math.floor(((i + 1) * finite.length) / columns),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  let low = Infinity;
  let high = -Infinity;
  for (const mean of means) {
    low = Math.min(low, mean);
    high = Math.max(high, mean);
  }
  const glyph = (mean: number) => LEVELS[high > low ? Math.round(((mean - low) / (high - low)) * 7) : 3];
  return ' '.repeat(width - columns) + means.map(glyph).join('');
}
