import type { EpisodeFile, RecordedEpisode } from '../../runs/index.ts';
import { bar } from '../charts/bars.ts';
import { centered, chart } from '../charts/chart.ts';
import { stepOf, tracesOf, type PlayerView } from '../model/player.ts';
import { drawPicture } from '../pictures/draw.ts';
import { humanCount, humanNumber } from '../text/format.ts';
import { block, ends, fit, printable, widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { innerArea, pane } from './pane.ts';

/** Lines that a curve needs to be read. */
const LOWEST_CURVE = 7;

function picturePane(
  episode: RecordedEpisode,
  view: PlayerView,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const inside = innerArea({ width, height });
  const picture = drawPicture(episode.pictures[view.frame], inside.width, inside.height, theme);
  const left = ' '.repeat(Math.max(0, Math.floor((inside.width - widthOf(picture[0] ?? '')) / 2)));
  const top = Math.max(0, Math.floor((inside.height - picture.length) / 2));
  const lines = block(
    [...Array.from({ length: top }, () => ''), ...picture.map((line) => left + line)],
    inside.width,
    inside.height,
  );
  return pane({ title: episode.name, width, height, lines, theme });
}

function curvePanes(
  episode: RecordedEpisode,
  view: PlayerView,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const traces = tracesOf(episode);
  if (traces.length === 0) {
    const inside = innerArea({ width, height });
    const lines = centered('no numbers were recorded', inside.width, inside.height, theme.muted);
    return pane({ title: 'Traces', width, height, lines, theme });
  }
  const step = stepOf(episode, view.frame);
  const shown = traces.slice(0, Math.max(1, Math.floor(height / LOWEST_CURVE)));
  return shown.flatMap(([name, values], i) => {
    const own = Math.floor(((i + 1) * height) / shown.length) - Math.floor((i * height) / shown.length);
    const points = values.map((y, x) => ({ x: x + 1, y }));
    const now = values[Math.min(values.length - 1, Math.max(0, step - 1))];
    const lines = chart({
      ...innerArea({ width, height: own }),
      layers: [
        { points, mark: 'line', style: theme.faint },
        {
          points: points.filter(({ x }) => x <= step),
          mark: 'line',
          style: theme.series[i % theme.series.length],
        },
      ],
      unit: 'agent steps',
      axis: theme.faint,
      label: theme.muted,
    });
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    return pane({
      title: `${title} ${now === undefined ? '' : humanNumber(now)}`,
      width,
      height: own,
      lines,
      theme,
    });
  });
}

/** A recorded episode with what the agent thought, as exactly `height` lines of `width` cells. */
export function playerFrame(
  title: string,
  episodes: readonly EpisodeFile[],
  episode: RecordedEpisode | undefined,
  view: PlayerView,
  problem: string,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const body = Math.max(3, height - 3);
  const place = episodes.length > 0 ? `episode ${view.episode + 1} of ${episodes.length}` : '';
  const head = ends(
    ` ${theme.accent('curlew')}  ${theme.strong(printable(title))}`,
    theme.muted(`${place} `),
    width,
  );
  const keys: [string, string][] = [
    ['?', 'help'],
    ['Space', view.playing ? 'pause' : 'play'],
    ['← →', 'step'],
    ['↑ ↓', 'episode'],
    ['+ -', `speed ${view.speed}×`],
    ['Esc', 'back'],
  ];
  const foot = problem === '' ? ` ${keyHints(keys, width - 2, theme)}` : ` ${theme.bad(printable(problem))}`;
  if (!episode || episode.pictures.length === 0) {
    const inside = innerArea({ width, height: body });
    const lines = centered('no episode to show', inside.width, inside.height, theme.muted);
    return [
      head,
      ...pane({ title: 'Episodes', width, height: body, lines, theme }),
      '',
      fit(foot, width),
    ].map((line) => fit(line, width));
  }
  const side = width >= 70 ? Math.floor(width * 0.45) : 0;
  const left = picturePane(episode, view, width - side, body, theme);
  const right = side > 0 ? curvePanes(episode, view, side, body, theme) : [];
  const frames = episode.pictures.length;
  const count = ` step ${humanCount(stepOf(episode, view.frame))} `;
  const track = bar(
    frames > 1 ? view.frame / (frames - 1) : 1,
    width - widthOf(count) - 2,
    theme.accent,
    theme.faint,
    '─',
  );
  return [
    head,
    ...left.map((line, i) => line + (right[i] ?? '')),
    fit(` ${track}${theme.muted(count)}`, width),
    fit(foot, width),
  ].slice(0, height);
}
