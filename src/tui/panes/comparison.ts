import { chart, type ChartLayer } from '../charts/chart.ts';
import type { CompareView } from '../model/compare-keys.ts';
import type { ComparedCurve } from '../model/comparison.ts';
import type { MetricInfo } from '../model/metrics.ts';
import { AXES } from '../model/series.ts';
import { humanDuration } from '../text/format.ts';
import { ends, fit, fitRight, printable, widthOf, withoutColors } from '../text/lines.ts';
import type { Style, Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { innerArea, pane } from './pane.ts';

/** What the comparison shows now. */
export interface ComparisonFrame {
  curves: readonly ComparedCurve[];
  metrics: readonly MetricInfo[];
  view: CompareView;
  /** Runs, and those that have been read. */
  progress: { read: number; runs: number };
}

const styleOf = (theme: Theme, place: number): Style => theme.series[place % theme.series.length];

function layersOf({ curves, view }: ComparisonFrame, theme: Theme): ChartLayer[] {
  const layers = curves.map((curve, i) => ({
    points: curve.points,
    band: curve.band,
    mark: 'line' as const,
    style: styleOf(theme, i),
  }));
  const chosen = layers[view.selected];
  if (!chosen) return [];
  // The chosen curve lies over the others.
  return view.solo ? [chosen] : [...layers.filter((layer) => layer !== chosen), chosen];
}

const VALUE = 22;
const SEEDS = 7;

function row(
  curve: ComparedCurve,
  place: number,
  metric: MetricInfo,
  width: number,
  frame: ComparisonFrame,
  theme: Theme,
) {
  const { view } = frame;
  const chosen = place === view.selected;
  const value = Number.isFinite(curve.last)
    ? metric.format(curve.last) + (Number.isFinite(curve.half) ? ` ± ${metric.format(curve.half)}` : '')
    : '–';
  const seeds = view.grouped ? fitRight(`${curve.runs}`, SEEDS) : '';
  const room = width - 4 - VALUE - widthOf(seeds);
  const text = `${fit(printable(curve.name), room)}${seeds}${fitRight(value, VALUE)}`;
  const mark = styleOf(theme, place)('━━');
  return `${chosen ? theme.accent('▸') : ' '}${mark} ${chosen ? theme.inverse(withoutColors(text)) : text}`;
}

function legend(
  frame: ComparisonFrame,
  metric: MetricInfo,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const { curves, view } = frame;
  const seeds = view.grouped ? fitRight('Seeds', SEEDS) : '';
  const name = view.grouped ? 'Method and environment' : 'Run';
  const value = view.grouped ? 'Newest ± 95% interval' : 'Newest';
  const heading = theme.muted(
    `    ${fit(name, width - 4 - VALUE - widthOf(seeds))}${seeds}${fitRight(value, VALUE)}`,
  );
  const room = Math.max(1, height - 1);
  const first = Math.max(0, Math.min(view.selected - Math.floor(room / 2), curves.length - room));
  const shown = curves.slice(first, first + room);
  return [heading, ...shown.map((curve, i) => row(curve, first + i, metric, width, frame, theme))];
}

/** Several runs in one chart with their legend, as exactly `height` lines of `width` cells. */
export function comparisonFrame(
  frame: ComparisonFrame,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const { curves, metrics, view, progress } = frame;
  const metric = metrics[view.metric] ?? metrics[0];
  const body = Math.max(6, height - 2);
  const legendHeight = Math.min(curves.length + 3, Math.max(5, Math.floor(body * 0.4)));
  const chartArea = { width, height: body - legendHeight };
  const settings = [
    view.log ? 'log' : '',
    view.smoothing > 0 ? `smoothed ${view.smoothing}` : '',
    view.grouped ? 'mean over seeds, 95% interval' : '',
  ];
  const lines = chart({
    ...innerArea(chartArea),
    layers: layersOf(frame, theme),
    unit: AXES[view.axis],
    xLabel: view.axis === 'time' ? humanDuration : undefined,
    log: view.log,
    axis: theme.faint,
    label: theme.muted,
    empty: progress.read < progress.runs ? 'reading' : 'no run has this metric',
  });
  const legendArea = innerArea({ width, height: legendHeight });
  const reading =
    progress.read < progress.runs
      ? `reading ${progress.read} of ${progress.runs} runs`
      : `${progress.runs} runs`;
  const keys: [string, string][] = [
    ['?', 'help'],
    ['Esc', 'back'],
    ['Tab', 'metric'],
    ['↑↓', 'curve'],
    ['g', view.grouped ? 'single runs' : 'group seeds'],
    ['z', view.solo ? 'all' : 'alone'],
    ['y', view.log ? 'linear' : 'log'],
    ['s', 'smooth'],
    ['x', 'axis'],
  ];
  return [
    ends(` ${theme.accent('curlew')}  ${theme.strong('compare')}`, theme.muted(`${reading} `), width),
    ...pane({
      title: metric.title,
      note: settings
        .filter((part) => part !== '')
        .map(theme.muted)
        .join('  '),
      ...chartArea,
      lines,
      theme,
    }),
    ...pane({
      title: view.grouped ? 'Methods' : 'Runs',
      width,
      height: legendHeight,
      lines: legend(frame, metric, legendArea.width, legendArea.height, theme),
      theme,
    }),
    ends(
      ` ${keyHints(keys, width - 3 - AXES[view.axis].length, theme)}`,
      theme.muted(`${AXES[view.axis]} `),
      width,
    ),
  ].slice(0, height);
}
