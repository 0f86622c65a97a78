import { fit, fitRight, widthOf } from '../text/lines.ts';
import type { Style } from '../text/theme.ts';
import { BrailleCanvas } from './braille.ts';
import { linearScale, logScale, type Scale } from './scale.ts';

export interface ChartPoint {
  x: number;
  y: number;
}

/** An interval around a value, such as a confidence interval. */
export interface ChartInterval {
  x: number;
  low: number;
  high: number;
}

/** One kind of data in a chart; later layers lie over earlier ones. */
export interface ChartLayer {
  points: readonly ChartPoint[];
  mark: 'line' | 'dots';
  style: Style;
  /** Shaded behind the points, in order of x. */
  band?: readonly ChartInterval[];
  /** A glyph on every point of a line, drawn while they do not crowd. */
  marker?: string;
}

export interface ChartOptions {
  /** Cells, axes included. */
  width: number;
  height: number;
  layers: readonly ChartLayer[];
  /** Unit of the horizontal axis, such as `agent steps`. */
  unit: string;
  /** Labels of the horizontal axis; numbers when absent. */
  xLabel?: (value: number) => string;
  /** Logarithmic vertical axis; what is not positive is left out. */
  log?: boolean;
  /** Horizontal lines to compare with. */
  levels?: readonly { y: number; label: string }[];
  axis: Style;
  label: Style;
  /** Shown instead of a chart without points. */
  empty?: string;
}

/** Whether differences of such values stay finite too: a diverged run may write any number. */
const drawable = (value: number) => Math.abs(value) < 1e300;

/** A text in the middle of an otherwise empty block. */
export function centered(text: string, width: number, height: number, style: Style): string[] {
  const top = Math.floor((height - 1) / 2);
  const left = Math.max(0, Math.floor((width - widthOf(text)) / 2));
  return Array.from({ length: height }, (_, i) =>
    i === top
      ? fit(' '.repeat(left) + style(fit(text, Math.min(widthOf(text), width))), width)
      : ' '.repeat(width),
  );
}

/** The mean of each column of dots where there are many more points than columns, so that lines stay thin. */
function thin(points: readonly ChartPoint[], columns: number, scale: Scale): readonly ChartPoint[] {
  if (points.length <= columns * 2) return points;
  const sums = new Map<number, { x: number; y: number; n: number }>();
  for (const { x, y } of points) {
    const column = Math.round(scale.at(x) * (columns - 1));
    const sum = sums.get(column) ?? { x: 0, y: 0, n: 0 };
    sums.set(column, { x: sum.x + x, y: sum.y + y, n: sum.n + 1 });
  }
  return [...sums.values()].map(({ x, y, n }) => ({ x: x / n, y: y / n }));
}

/** Shades between the ends of the intervals with every fourth dot, so that lines stay readable on it. */
function drawBand(canvas: BrailleCanvas, layer: ChartLayer, x: Scale, y: Scale): void {
  const band = layer.band ?? [];
  const columns = canvas.width * 2;
  const rows = canvas.height * 4;
  const row = (value: number) => Math.round((1 - y.at(value)) * (rows - 1));
  for (let i = 1; i < band.length; i++) {
    const [a, b] = [band[i - 1], band[i]];
    const from = Math.round(x.at(a.x) * (columns - 1));
    const to = Math.round(x.at(b.x) * (columns - 1));
    for (let column = from; column <= to; column++) {
      const share = to === from ? 1 : (column - from) / (to - from);
      const top = row(a.high + share * (b.high - a.high));
      const bottom = row(a.low + share * (b.low - a.low));
      for (let dot = top; dot <= bottom; dot++) {
        if (column % 2 === 0 && (dot + column / 2) % 2 === 0) canvas.dot(column, dot, layer.style);
      }
    }
  }
}

function drawLayer(canvas: BrailleCanvas, layer: ChartLayer, x: Scale, y: Scale): void {
  const columns = canvas.width * 2;
  const rows = canvas.height * 4;
  const column = (value: number) => Math.round(x.at(value) * (columns - 1));
  const row = (value: number) => Math.round((1 - y.at(value)) * (rows - 1));
  if (layer.mark === 'dots') {
    for (const point of layer.points) canvas.dot(column(point.x), row(point.y), layer.style);
    return;
  }
  const points = thin(layer.points, columns, x);
  for (const [i, point] of points.entries()) {
    const before = points[Math.max(0, i - 1)];
    canvas.line(column(before.x), row(before.y), column(point.x), row(point.y), layer.style);
  }
  if (layer.marker !== undefined && points.length <= canvas.width / 3) {
    for (const point of points) canvas.glyph(column(point.x), row(point.y), layer.marker, layer.style);
  }
}

/** The line under the plot and the labels below it. */
function horizontalAxis(
  scale: Scale,
  options: ChartOptions,
  margin: number,
  width: number,
): [string, string] {
  const rule = Array.from({ length: width }, () => '─');
  const labels = Array.from({ length: width + margin + 1 }, () => ' ');
  let free = 0;
  for (const { value, label } of scale.ticks) {
    const at = Math.round(scale.at(value) * (width - 1));
    const text = options.xLabel?.(value) ?? label;
    const start = Math.min(
      Math.max(0, margin + 1 + at - Math.floor(text.length / 2)),
      labels.length - text.length,
    );
    if (start < free) continue;
    rule[at] = '┬';
    for (const [i, glyph] of [...text].entries()) labels[start + i] = glyph;
    free = start + text.length + 2;
  }
  let line = labels.join('');
  const unit = ` ${options.unit}`;
  // The unit takes the place of labels at the right end only where none are.
  if (line.slice(-unit.length - 1).trim() === '') line = line.slice(0, -unit.length) + unit;
  return [options.axis(' '.repeat(margin) + '└' + rule.join('')), options.label(line)];
}

/**
 * A chart of braille dots with axes, as exactly `height` lines of exactly `width` cells.
 * Points that are not finite, or as good as that, are left out.
 */
export function chart(options: ChartOptions): string[] {
  const { width, height, axis, label } = options;
  const layers = options.layers.map((layer) => ({
    ...layer,
    points: layer.points.filter(({ x, y }) => drawable(x) && drawable(y) && (!options.log || y > 0)),
    band: layer.band?.filter(
      ({ x, low, high }) => [x, low, high].every(drawable) && (!options.log || low > 0),
    ),
  }));
  const all = layers.flatMap((layer) => [
    ...layer.points,
    ...(layer.band ?? []).flatMap(({ x, low, high }) => [
      { x, y: low },
      { x, y: high },
    ]),
  ]);
  const plotHeight = height - 2;
  if (all.length === 0 || plotHeight < 2 || width < 16) {
    const hidden = options.log && options.layers.some((layer) => layer.points.length > 0);
    return centered(
      hidden ? 'no positive values for a log scale' : (options.empty ?? 'no data yet'),
      width,
      height,
      label,
    );
  }
  const levels = (options.levels ?? []).filter(({ y }) => drawable(y) && (!options.log || y > 0));
  let [xLow, xHigh, yLow, yHigh] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of [...all, ...levels.map(({ y }) => ({ x: NaN, y }))]) {
    if (x < xLow) xLow = x;
    if (x > xHigh) xHigh = x;
    if (y < yLow) yLow = y;
    if (y > yHigh) yHigh = y;
  }
  const yTicks = Math.max(1, Math.floor(plotHeight / 3));
  const y = options.log ? logScale(yLow, yHigh, yTicks + 1) : linearScale(yLow, yHigh, yTicks);
  const margin = Math.max(0, ...y.ticks.map((tick) => tick.label.length)) + 1;
  const plotWidth = width - margin - 1;
  if (plotWidth < 4) return centered('too narrow', width, height, label);
  // From zero: a curve should not seem to start late or early.
  const x = linearScale(
    Math.min(0, xLow),
    xHigh > 0 ? xHigh : 1,
    Math.max(1, Math.floor(plotWidth / 12)),
    false,
  );

  const canvas = new BrailleCanvas(plotWidth, plotHeight);
  for (const layer of layers) drawBand(canvas, layer, x, y);
  for (const layer of layers) drawLayer(canvas, layer, x, y);
  for (const level of levels) canvas.level(Math.round((1 - y.at(level.y)) * (plotHeight * 4 - 1)), '╌', axis);

  const side = Array.from({ length: plotHeight }, () => axis(' '.repeat(margin) + '│'));
  for (const tick of y.ticks) {
    const row = Math.min(
      plotHeight - 1,
      Math.max(0, Math.round((1 - y.at(tick.value)) * (plotHeight * 4 - 1)) >> 2),
    );
    side[row] = label(fitRight(tick.label, margin - 1)) + axis(' ┤');
  }
  return [
    ...canvas.lines().map((line, i) => side[i] + line),
    ...horizontalAxis(x, options, margin, plotWidth),
  ];
}
