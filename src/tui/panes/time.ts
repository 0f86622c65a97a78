import { bar, legendMark, stackedBar } from '../charts/bars.ts';
import { centered } from '../charts/chart.ts';
import { TIME_SHARES, TIME_TITLES, type RunModel } from '../model/run.ts';
import { humanNumber, humanPercent } from '../text/format.ts';
import { ends, fit, fitRight } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { innerArea, pane } from './pane.ts';

/** Where the time of the last stretch of the run went. */
export function timePane(model: RunModel, width: number, height: number, theme: Theme): string[] {
  const inside = innerArea({ width, height });
  const shares = TIME_SHARES.map((name) => ({
    title: TIME_TITLES[name],
    share: model.timing[`share.${name}`] ?? 0,
  }));
  const known = shares.some(({ share }) => share > 0);
  let lines: string[];
  if (!known) lines = centered('not measured yet', inside.width, inside.height, theme.muted);
  else if (inside.height >= shares.length) {
    const barWidth = inside.width - 12 - 5;
    lines = shares.map(({ title, share }, i) => {
      const style = theme.series[i % theme.series.length];
      return `${theme.muted(fit(title, 12))}${bar(share, barWidth, style, theme.faint, '·')}${fitRight(humanPercent(share), 5)}`;
    });
    if (inside.height >= shares.length + 3) {
      const { timing } = model;
      lines.push('');
      if (timing['speed.updates'] !== undefined) {
        lines.push(ends(theme.muted('updates'), `${humanNumber(timing['speed.updates'])}/s`, inside.width));
      }
      if (timing['memory.tensors'] !== undefined) {
        lines.push(ends(theme.muted('tensors'), humanNumber(timing['memory.tensors']), inside.width));
      }
    }
  } else {
    const legend = shares.map(
      ({ title, share }, i) => `${legendMark(i, theme)} ${title} ${humanPercent(share)}`,
    );
    lines = [
      stackedBar(
        shares.map(({ share }) => share),
        inside.width,
        theme,
      ),
      ...legend,
    ];
  }
  return pane({ title: 'Where the time goes', width, height, lines, theme });
}
