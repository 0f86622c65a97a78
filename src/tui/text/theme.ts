import type { ColorDepth as PictureColors } from '../../runs/index.ts';
import type { PictureShelf } from '../pictures/shelf.ts';

/** Bits of colour that a terminal can show, as `WriteStream.getColorDepth` counts them; 1 is none. */
export type ColorDepth = 1 | 4 | 8 | 24;

/** Wraps text in a colour; without colours it gives the text back. */
export type Style = (text: string) => string;

/** The screen's palette. Names say what a colour is for. */
export interface Theme {
  depth: ColorDepth;
  plain: Style;
  /** Borders, axes, separators. */
  faint: Style;
  /** Labels and explanations. */
  muted: Style;
  /** The name of the program, the chosen metric, keys. */
  accent: Style;
  /** Titles and values that matter. */
  strong: Style;
  good: Style;
  warn: Style;
  bad: Style;
  /** Lines of charts, and the parts of a whole. */
  series: readonly Style[];
  /** Text turned inside out, for the chosen row of a table. */
  inverse: Style;
  /** Where pictures go in a terminal that shows its own; absent: half blocks. */
  pictures?: PictureShelf;
}

type Hue = { rgb: [number, number, number]; indexed: number; basic: string };

// Calm colours that keep their order of brightness on light and dark backgrounds.
const HUES = {
  faint: { rgb: [92, 104, 118], indexed: 240, basic: '90' },
  muted: { rgb: [140, 152, 166], indexed: 246, basic: '37' },
  accent: { rgb: [110, 198, 190], indexed: 79, basic: '36' },
  good: { rgb: [134, 194, 118], indexed: 114, basic: '32' },
  warn: { rgb: [224, 178, 92], indexed: 179, basic: '33' },
  bad: { rgb: [224, 108, 108], indexed: 167, basic: '31' },
  blue: { rgb: [116, 164, 226], indexed: 75, basic: '34' },
  violet: { rgb: [178, 142, 220], indexed: 140, basic: '35' },
} satisfies Record<string, Hue>;

function paint(open: string): Style {
  return (text) => (text === '' ? '' : `\x1b[${open}m${text}\x1b[0m`);
}

function colored(hue: Hue, depth: ColorDepth): Style {
  if (depth === 24) return paint(`38;2;${hue.rgb.join(';')}`);
  if (depth === 8) return paint(`38;5;${hue.indexed}`);
  return paint(hue.basic);
}

/** The palette for a terminal of the given colour depth. */
export function createTheme(depth: ColorDepth): Theme {
  const plain: Style = (text) => text;
  if (depth === 1) {
    const none = {
      plain,
      faint: plain,
      muted: plain,
      accent: plain,
      strong: plain,
      good: plain,
      warn: plain,
      bad: plain,
    };
    return { depth, ...none, series: [plain], inverse: plain };
  }
  const of = (name: keyof typeof HUES) => colored(HUES[name], depth);
  return {
    depth,
    plain,
    faint: of('faint'),
    muted: of('muted'),
    accent: of('accent'),
    strong: paint('1'),
    good: of('good'),
    warn: of('warn'),
    bad: of('bad'),
    series: [of('accent'), of('blue'), of('violet'), of('warn'), of('good'), of('bad')],
    inverse: paint('7'),
  };
}

const PICTURE_COLORS: Record<ColorDepth, PictureColors> = { 1: 'none', 4: '16', 8: '256', 24: 'truecolor' };

/** The colours that pictures may use beside a palette. */
export function pictureColors(theme: Theme): PictureColors {
  return PICTURE_COLORS[theme.depth];
}

interface ColorStream {
  isTTY?: boolean;
  getColorDepth?(env?: Record<string, string | undefined>): number;
}

/** Colour depth of a stream: none where it is not a terminal or the user set `NO_COLOR`. */
export function colorDepthOf(
  stream: ColorStream,
  env: Record<string, string | undefined> = process.env,
): ColorDepth {
  if (!stream.isTTY || !stream.getColorDepth) return 1;
  if ((env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return 1;
  const depth = stream.getColorDepth(env);
  return depth >= 24 ? 24 : depth >= 8 ? 8 : depth >= 4 ? 4 : 1;
}
