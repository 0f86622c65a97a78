import { sparkline } from '../charts/bars.ts';
import { BrailleCanvas } from '../charts/braille.ts';
import type { MetricInfo } from '../model/metrics.ts';
import type { ViewState } from '../model/keys.ts';
import type { RunModel } from '../model/run.ts';
import { smooth } from '../model/series.ts';
import { ends, fit, fitRight } from '../text/lines.ts';
import type { Style, Theme } from '../text/theme.ts';
import { innerArea, pane } from './pane.ts';

/** Gap between tiles, in cells. */
const GAP = 3;

function valuesOf(model: RunModel, id: string, smoothing: number): number[] {
  return smooth(model.series(id)?.value ?? [], id === 'return' ? 0 : smoothing);
}

/** A curve without axes, `height` lines of braille. */
export function miniChart(values: readonly number[], width: number, height: number, style: Style): string[] {
  const canvas = new BrailleCanvas(width, height);
  const finite = values.filter((value) => Math.abs(value) < 1e300);
  const columns = Math.min(width * 2, finite.length);
  let low = Infinity;
  let high = -Infinity;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const rows = height * 4 - 1;
  let before: [number, number] | undefined;
  for (let i = 0; i < columns; i++) {
    const part = finite.slice(
      Math.floor((i * finite.length) / columns),
      Math.floor(((i + 1) * finite.length) / columns),
    );
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    const x = columns > 1 ? Math.round((i * (width * 2 - 1)) / (columns - 1)) : 0;
    const y = high > low ? Math.round((1 - (mean - low) / (high - low)) * rows) : rows >> 1;
    canvas.line(before?.[0] ?? x, before?.[1] ?? y, x, y, style);
    before = [x, y];
  }
  return canvas.lines();
}

interface Tile {
  metric: MetricInfo;
  chosen: boolean;
}

function tileLines(
  model: RunModel,
  tile: Tile,
  smoothing: number,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const { metric, chosen } = tile;
  const values = valuesOf(model, metric.id, smoothing);
  const last = values[values.length - 1];
  const value = last === undefined ? '–' : metric.format(last);
  const style = chosen ? theme.accent : theme.series[1 % theme.series.length];
  const mark = chosen ? theme.accent('▸') : ' ';
  const name = metric.title.length + 9 > width ? (metric.short ?? metric.title) : metric.title;
  const title = (chosen ? theme.accent : theme.muted)(name);
  if (height === 1) {
    const room = Math.min(21, Math.floor(width * 0.46));
    const spark = width - room - 9;
    return [
      `${mark}${fit(title, room)}${style(sparkline(values, spark))} ${theme.strong(fitRight(value, 7))}`,
    ];
  }
  return [ends(mark + title, theme.strong(value), width), ...miniChart(values, width, height - 1, style)];
}

/** Divides the pane into tiles: one line with a sparkline each while space is short, else small charts. */
function tiling(
  count: number,
  width: number,
  height: number,
): { columns: number; width: number; height: number } {
  const most = Math.max(1, Math.floor((width + GAP) / (44 + GAP)));
  if (height < 8) {
    // Columns only as the list needs them: wider sparklines tell more.
    const columns = Math.min(most, Math.max(1, Math.ceil(count / height)));
    return { columns, width: Math.floor((width - GAP * (columns - 1)) / columns), height: 1 };
  }
  const columns = Math.max(1, Math.min(5, Math.floor((width + GAP) / (24 + GAP))));
  const rows = Math.max(1, Math.min(Math.ceil(count / columns), Math.floor(height / 4)));
  return {
    columns,
    width: Math.floor((width - GAP * (columns - 1)) / columns),
    height: Math.floor(height / rows),
  };
}

/** The small charts of all metrics; the one in the large chart is marked, and the list scrolls to show it. */
export function metricsPane(
  model: RunModel,
  view: ViewState,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const inside = innerArea({ width, height });
  const tiles = model.metrics.map((metric, i) => ({ metric, chosen: i === view.metric }));
  const grid = tiling(tiles.length, inside.width, inside.height);
  const rows = Math.floor(inside.height / grid.height);
  const capacity = rows * grid.columns;
  const skipped = Math.max(0, Math.min(tiles.length - capacity, view.metric - capacity + 1));
  const shown = tiles.slice(skipped, skipped + capacity);
  const lines: string[] = [];
  for (let row = 0; row * grid.columns < shown.length; row++) {
    const cells = shown
      .slice(row * grid.columns, (row + 1) * grid.columns)
      .map((tile) =>
        tileLines(
          model,
          tile,
          view.smoothing,
          grid.width,
          Math.max(1, grid.height - (grid.height > 4 ? 1 : 0)),
          theme,
        ),
      );
    for (let i = 0; i < grid.height; i++) {
      lines.push(cells.map((cell) => fit(cell[i] ?? '', grid.width)).join(' '.repeat(GAP)));
    }
  }
  const hidden = tiles.length - shown.length;
  const note = hidden > 0 ? theme.muted(`${hidden} more: Tab`) : '';
  return pane({ title: 'Metrics', note, width, height, lines, theme });
}
