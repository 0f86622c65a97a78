import { centered } from '../charts/chart.ts';
import { drawPicture } from '../pictures/draw.ts';
import { humanCount, humanNumber } from '../text/format.ts';
import { block, ends, fit, printable, widthOf } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { innerArea, pane } from './pane.ts';

/** One moment of a played episode. */
export interface PlayMoment {
  /** Line at the top: what plays. */
  title: string;
  episode: number;
  episodes: number;
  step: number;
  return: number;
  picture: { width: number; height: number; data: Uint8Array };
}

/** Size in pixels of a square picture that fills the window of a play. */
export function playPictureSize(width: number, height: number): number {
  const inside = innerArea({ width, height: height - 2 });
  return Math.max(8, Math.min(inside.width, inside.height * 2, 200));
}

/** A moment of a played episode as exactly `height` lines of `width` cells. */
export function playFrame(
  moment: PlayMoment | undefined,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const area = { width, height: Math.max(3, height - 2) };
  const inside = innerArea(area);
  const keys = ` ${keyHints([['q', 'leave']], width - 2, theme)}`;
  if (!moment) {
    const lines = centered('loading the agent', inside.width, inside.height, theme.muted);
    return [
      fit(` ${theme.accent('curlew')}`, width),
      ...pane({ title: 'Play', ...area, lines, theme }),
      fit(keys, width),
    ];
  }
  const picture = drawPicture(moment.picture, inside.width, inside.height, theme);
  const left = ' '.repeat(Math.max(0, Math.floor((inside.width - widthOf(picture[0] ?? '')) / 2)));
  const top = Math.max(0, Math.floor((inside.height - picture.length) / 2));
  const lines = block(
    [...Array.from({ length: top }, () => ''), ...picture.map((line) => left + line)],
    inside.width,
    inside.height,
  );
  const note = `step ${humanCount(moment.step)}  ${theme.strong(`return ${humanNumber(moment.return)}`)}`;
  return [
    ends(` ${theme.accent('curlew')}  ${theme.strong(printable(moment.title))}`, '', width),
    ...pane({ title: `Episode ${moment.episode + 1} of ${moment.episodes}`, note, ...area, lines, theme }),
    fit(keys, width),
  ].slice(0, height);
}
