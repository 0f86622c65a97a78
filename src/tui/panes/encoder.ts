import type { EncoderLook, LookView } from '../../probe/index.ts';
import { byRank, scaleColor, sgrColor } from '../../runs/index.ts';
import { BrailleCanvas } from '../charts/braille.ts';
import { centered } from '../charts/chart.ts';
import type { EncoderViewState, Points } from '../model/encoder.ts';
import { humanCount, humanNumber, humanPercent } from '../text/format.ts';
import { ends, fit, fitRight, joinFitting, printable, widthOf } from '../text/lines.ts';
import { pictureColors, type Style, type Theme } from '../text/theme.ts';
import { keyHints } from './footer.ts';
import { gallery, type GalleryItem } from './gallery.ts';
import { innerArea, pane } from './pane.ts';

/** What the encoder's screen shows now. */
export interface EncoderFrame {
  title: string;
  look: EncoderLook | undefined;
  /** The map that was chosen; undefined while it is computed. */
  points: Points | undefined;
  views: { row: number; views: readonly LookView[] } | undefined;
  view: EncoderViewState;
  /** What is being computed. */
  progress: string;
  problem: string;
}

/** Colours of a scale from low to high; few, so that neighbouring cells share one. */
const SHADES = 24;

function shades(theme: Theme): Style[] {
  const depth = pictureColors(theme);
  if (depth === 'none') return [theme.plain];
  return Array.from({ length: SHADES }, (_, i) => {
    // The dark end of the scale is lifted: terminals are mostly dark.
    const [r, g, b] = scaleColor(0.12 + (0.88 * i) / (SHADES - 1));
    const open = sgrColor(r, g, b, 'foreground', depth);
    return (text) => (text === '' ? '' : `\x1b[${open}m${text}\x1b[0m`);
  });
}

const NEIGHBOURS_ON_MAP = 9;

function mapPane(frame: EncoderFrame, width: number, height: number, theme: Theme): string[] {
  const { look, points, view, progress } = frame;
  const inside = innerArea({ width, height });
  const title = view.map === 'pca' ? 'Principal components' : 'UMAP';
  if (!look || !points) {
    const lines = centered(progress || 'nothing to show', inside.width, inside.height, theme.muted);
    return pane({ title, width, height, lines, theme });
  }
  const room = { width: inside.width, height: Math.max(1, inside.height - 1) };
  const canvas = new BrailleCanvas(room.width, room.height);
  const variable = look.variables[view.variable];
  const styles = shades(theme);
  const ranks = byRank(variable.values);
  const place = ([x, y]: readonly [number, number]): [number, number] => [
    Math.round(x * (2 * room.width - 1)),
    Math.round((1 - y) * (4 * room.height - 1)),
  ];
  points.forEach((point, row) => {
    canvas.dot(...place(point), styles[Math.min(styles.length - 1, Math.floor(ranks[row] * styles.length))]);
  });
  const near = look.neighbours[view.row]?.slice(0, NEIGHBOURS_ON_MAP) ?? [];
  for (const [k, { row }] of [...near.entries()].reverse()) {
    canvas.glyph(...place(points[row]), `${k + 1}`, theme.warn);
  }
  canvas.glyph(...place(points[view.row]), '◉', theme.strong);
  const explained =
    view.map === 'pca'
      ? `${look.explained.map(humanPercent).join(' + ')} of the variance`
      : `${look.dimensions} numbers to 2`;
  const scale = styles.length > 1 ? [0, 6, 12, 18, 23].map((i) => styles[i]('█')).join('') : '';
  const note = `${theme.muted(`${variable.name} low`)} ${scale} ${theme.muted('high')}`;
  const right = scale === '' ? theme.muted(variable.name) : note;
  const fits = widthOf(explained) + widthOf(right) + 2 <= inside.width;
  const legend = fits ? ends(theme.muted(explained), right, inside.width) : fitRight(right, inside.width);
  return pane({ title, width, height, lines: [...canvas.lines(), legend], theme });
}

const picture = (look: EncoderLook, row: number) => ({
  width: look.width,
  height: look.height,
  data: look.pictures[row],
});

function nearPane(frame: EncoderFrame, width: number, height: number, theme: Theme): string[] {
  const { look, view } = frame;
  const inside = innerArea({ width, height });
  const title = 'Nearest in other episodes';
  if (!look) return pane({ title, width, height, lines: [], theme });
  const near = look.neighbours[view.row] ?? [];
  const wide = inside.width >= 90 ? 11 : inside.width >= 50 ? 7 : 5;
  const items: GalleryItem[] = [
    { picture: picture(look, view.row), label: theme.strong('◉ chosen') },
    ...near.slice(0, wide).map(({ row, similarity }, k) => ({
      picture: picture(look, row),
      label: `${theme.warn(k < NEIGHBOURS_ON_MAP ? `${k + 1}` : ' ')} ${similarity.toFixed(3)}`,
    })),
  ];
  const lines = gallery(items, inside.width, inside.height, theme);
  const note = theme.muted('cosine of embeddings');
  return pane({ title, note, width, height, lines, theme });
}

/** All views are shown, small as they may be. */
const LEAST_VIEW = 6;

function viewsPane(frame: EncoderFrame, width: number, height: number, theme: Theme): string[] {
  const { look, views, view } = frame;
  const inside = innerArea({ width, height });
  const title = 'What the encoder is fed';
  const shown = views?.row === view.row ? views.views : undefined;
  if (!look || !shown) {
    const lines = centered(look ? 'drawing' : '', inside.width, inside.height, theme.muted);
    return pane({ title, width, height, lines, theme });
  }
  const items = shown.map((one) => ({
    picture: { width: one.width, height: one.height, data: one.frames[one.frames.length - 1] },
    label: one.title,
    note: theme.muted(one.made.join(', ')),
  }));
  const frames = shown[0].frames.length;
  const note = theme.muted(frames > 1 ? `newest of ${frames} frames` : '');
  const lines = gallery(items, inside.width, inside.height, theme, LEAST_VIEW);
  return pane({ title, note, width, height, lines, theme });
}

function aboutLine({ look, view, progress, problem }: EncoderFrame, width: number, theme: Theme): string {
  if (!look) return fit('', width);
  const { row } = view;
  const values = look.variables.slice(0, 12).map(({ name, values: all }, i) => {
    const text = `${name} ${humanNumber(all[row])}`;
    return i === view.variable ? theme.accent(text) : theme.muted(text);
  });
  const where = `episode ${look.episodes[row] + 1}`;
  const now = progress !== '' ? theme.warn(progress) : problem !== '' ? theme.bad(printable(problem)) : '';
  return fit(
    ` ${joinFitting(
      [now, where, ...values].filter((part) => part !== ''),
      theme.muted(' · '),
      width - 2,
    )}`,
    width,
  );
}

/** Where a chosen observation stands among others, as exactly `height` lines of `width` cells. */
export function encoderFrame(frame: EncoderFrame, width: number, height: number, theme: Theme): string[] {
  const { look, title, problem, view } = frame;
  const name = ` ${theme.accent('curlew')}  ${theme.strong(printable(title))}`;
  const source = look
    ? [
        `step ${humanCount(look.agentStep)}`,
        look.policy === 'agent' ? "agent's actions" : 'random actions',
        `${humanCount(look.rows)} observations`,
      ]
    : [];
  const head = ends(name, theme.muted(`${joinFitting(source, ' · ', width - widthOf(name) - 4)} `), width);
  const keys: [string, string][] = [
    ['?', 'help'],
    ['Esc', 'back'],
    ['←↑↓→', 'choose'],
    ['1-9', 'neighbour'],
    ['m', view.map === 'pca' ? 'UMAP' : 'PCA'],
    ['c', 'colour'],
    ['r', 'new views'],
    ['p', look?.policy === 'random' ? "agent's actions" : 'random actions'],
    ['u', 'update'],
  ];
  const foot = fit(` ${keyHints(keys, width - 2, theme)}`, width);
  const body = Math.max(3, height - 3);
  if (!look && problem !== '') {
    const inside = innerArea({ width, height: body });
    const lines = centered(printable(problem), inside.width, inside.height, theme.bad);
    return [head, ...pane({ title: 'Encoder', width, height: body, lines, theme }), fit('', width), foot];
  }
  const about = aboutLine(frame, width, theme);
  if (width < 64) return [head, ...mapPane(frame, width, body, theme), about, foot].slice(0, height);
  const side = Math.round(width * 0.56);
  const top = Math.ceil(body / 2);
  const right = [
    ...nearPane(frame, side, top, theme),
    ...(body - top >= 3 ? viewsPane(frame, side, body - top, theme) : []),
  ];
  const left = mapPane(frame, width - side, body, theme);
  const lines = left.map((line, i) => line + (right[i] ?? ' '.repeat(side)));
  return [head, ...lines, about, foot].map((line) => (widthOf(line) === width ? line : fit(line, width)));
}
