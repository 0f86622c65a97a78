import { chart, type ChartLayer } from '../charts/chart.ts';
import type { ViewState } from '../model/keys.ts';
import type { Series } from '../../runs/index.ts';
import type { RunModel } from '../model/run.ts';
import { AXES, pointsOf, smooth } from '../model/series.ts';
import { humanDuration } from '../text/format.ts';
import { joinFitting } from '../text/lines.ts';
import type { Style, Theme } from '../text/theme.ts';
import { innerArea, pane } from './pane.ts';

function line(series: Series | undefined, view: ViewState, style: Style, smoothing: number): ChartLayer {
  return { points: pointsOf(series, view.axis, smooth(series?.value ?? [], smoothing)), mark: 'line', style };
}

/** Layers of the learning curve: training episodes as dots, with smoothing also their average, evaluations on top. */
function returnLayers(model: RunModel, view: ViewState, theme: Theme): ChartLayer[] {
  const layers: ChartLayer[] = [
    { points: pointsOf(model.episodes, view.axis), mark: 'dots', style: theme.faint },
  ];
  if (view.smoothing > 0)
    layers.push(line(model.episodes, view, theme.series[1 % theme.series.length], view.smoothing));
  layers.push({ ...line(model.evaluations, view, theme.accent, 0), marker: '●' });
  return layers;
}

function note(model: RunModel, view: ViewState, id: string, width: number, theme: Theme): string {
  const settings = [view.log ? 'log' : '', view.smoothing > 0 ? `smoothed ${view.smoothing}` : ''];
  const parts: string[] = settings.filter((part) => part !== '').map(theme.warn);
  if (id === 'return') {
    parts.push(theme.accent('● evaluation'), theme.muted('⠂ training'));
    if (model.random !== undefined) parts.push(theme.muted('╌ random policy'));
  } else parts.push(theme.muted('training batches'));
  return joinFitting(parts, '  ', width);
}

/** The large chart of the chosen metric. */
export function curvePane(
  model: RunModel,
  view: ViewState,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const metric = model.metrics[view.metric] ?? model.metrics[0];
  const isReturn = metric.id === 'return';
  const series = model.series(metric.id);
  const inside = innerArea({ width, height });
  const layers = isReturn
    ? returnLayers(model, view, theme)
    : series
      ? [line(series, view, theme.accent, view.smoothing)]
      : [];
  const lines = chart({
    ...inside,
    layers,
    unit: AXES[view.axis],
    xLabel: view.axis === 'time' ? humanDuration : undefined,
    log: view.log,
    levels: isReturn && model.random !== undefined ? [{ y: model.random, label: 'random' }] : [],
    axis: theme.faint,
    label: theme.muted,
    empty: isReturn ? 'the first episode is under way' : 'no data yet',
  });
  const { spread } = model;
  const last = series?.last;
  const value =
    last === undefined
      ? ''
      : metric.format(last) + (isReturn && spread !== undefined ? ` ± ${metric.format(spread)}` : '');
  const title = value === '' ? metric.title : `${metric.title} ${value}`;
  return pane({
    title,
    note: note(model, view, metric.id, inside.width - title.length - 4, theme),
    width,
    height,
    lines,
    theme,
  });
}
