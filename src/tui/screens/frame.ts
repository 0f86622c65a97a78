import { layoutRun, SMALLEST } from '../model/layout.ts';
import type { ViewState } from '../model/keys.ts';
import type { RunModel } from '../model/run.ts';
import { centered } from '../charts/chart.ts';
import { curvePane } from '../panes/curve.ts';
import { eyePane } from '../panes/eye.ts';
import { footerLine, type FooterOptions } from '../panes/footer.ts';
import { headerLines, progressLines } from '../panes/header.ts';
import { metricsPane } from '../panes/metrics.ts';
import { timePane } from '../panes/time.ts';
import type { Theme } from '../text/theme.ts';

/** Panes side by side. */
function beside(left: readonly string[], right: readonly string[]): string[] {
  return right.length === 0 ? [...left] : left.map((line, i) => line + (right[i] ?? ''));
}

/** The whole screen of a run as exactly `height` lines of `width` cells. */
export function runFrame(
  model: RunModel,
  view: ViewState,
  width: number,
  height: number,
  theme: Theme,
  footer: FooterOptions,
): string[] {
  const layout = layoutRun(width, height, view.zoom);
  const { chart, metrics, eye, time } = layout;
  const lines = [
    ...headerLines(model, width, layout.header, theme),
    ...progressLines(model, width, layout.progress, theme),
  ];
  if (chart) {
    lines.push(
      ...beside(
        curvePane(model, view, chart.width, chart.height, theme),
        eye ? eyePane(model, eye.width, eye.height, theme) : [],
      ),
    );
  } else {
    const hint = `a chart needs ${SMALLEST.width}×${SMALLEST.height}`;
    lines.push(...centered(hint, width, Math.max(0, height - lines.length - 1), theme.muted));
  }
  if (metrics) {
    lines.push(
      ...beside(
        metricsPane(model, view, metrics.width, metrics.height, theme),
        time ? timePane(model, time.width, time.height, theme) : [],
      ),
    );
  }
  lines.push(footerLine(view, footer, width, theme));
  return lines.slice(0, height);
}
