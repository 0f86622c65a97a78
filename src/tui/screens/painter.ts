import type { PictureLayer } from '../pictures/layer.ts';
import type { PictureShelf, Spot } from '../pictures/shelf.ts';
import { overlaid, rowUpdate } from '../text/cells.ts';
import { widthOf } from '../text/lines.ts';

/** What fills the window. */
export interface Scene {
  /** Its lines; called only when the scene is drawn, which those that another one follows at once never are. */
  draw: () => readonly string[];
  /** A pane over their middle. */
  overlay?: readonly string[];
  width: number;
  height: number;
}

/** As much of a terminal as painting takes. */
export type PaintedTerminal = Pick<NodeJS.WriteStream, 'prependListener' | 'off'> & {
  write: (text: string) => unknown;
};

/** The terminal's own pictures: where panes put them, and what keeps them on the screen. */
export interface PaintedPictures {
  shelf: PictureShelf;
  layer: PictureLayer;
}

/** Frames are this far apart, at ten a second. */
const FRAME_MS = 100;

// Terminals that know these show what is between them at once. Lines do not wrap meanwhile: one that is too long, by a
// glyph that is wider here than elsewhere, must not reach into the next.
const BEGIN = '\x1b[?2026h\x1b[?7l';
// The cursor waits at home, where a line feed scrolls nothing.
const END = '\x1b[H\x1b[?7h\x1b[?2026l';
const CLEAR = '\x1b[2J\x1b[H';

/** Where the pane of a scene lies, in cells. */
function placeOf(overlay: readonly string[], { width, height }: Scene) {
  const columns = Math.max(...overlay.map(widthOf));
  const top = Math.max(0, Math.floor((height - overlay.length) / 2));
  return { top, left: Math.max(0, Math.floor((width - columns) / 2)), columns, rows: overlay.length };
}

/** The lines of a scene with its pane over them. */
export function composed(scene: Scene, lines = scene.draw()): readonly string[] {
  const { overlay } = scene;
  if (!overlay) return lines;
  const { top, left } = placeOf(overlay, scene);
  return lines.map((line, row) =>
    row >= top && row < top + overlay.length ? overlaid(line, overlay[row - top], left) : line,
  );
}

/** Whether a picture neither leaves the window nor lies over the pane's text. */
function shows(scene: Scene, { row, column, columns, rows }: Spot): boolean {
  if (row + rows >= scene.height || column + columns > scene.width) return false;
  if (!scene.overlay) return true;
  const over = placeOf(scene.overlay, scene);
  return !(
    row < over.top + over.rows &&
    over.top < row + rows &&
    column < over.left + over.columns &&
    over.left < column + columns
  );
}

/**
 * Writes scenes to a terminal: at most ten a second, of each only what has changed, text and pictures in one
 * synchronised update. Lines are taken as they are: laying out and measuring what is already cut to cells costs Ink
 * more than all else of a frame.
 */
export class Painter {
  readonly #terminal: PaintedTerminal;
  readonly #pictures: PaintedPictures | undefined;
  #scene: Scene | undefined;
  /** Lines on the screen; none where it has to be cleared first. */
  #shown: readonly string[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the next frame may be painted. */
  #due = 0;
  #closed = false;

  constructor(terminal: PaintedTerminal, pictures?: PaintedPictures) {
    this.#terminal = terminal;
    this.#pictures = pictures;
    terminal.prependListener('resize', this.#resized);
  }

  /** Paints a scene, now or as soon as a frame is due, unless another one comes before that. */
  show(scene: Scene): void {
    this.#scene = scene;
    if (this.#timer !== undefined || this.#closed) return;
    const wait = this.#due - performance.now();
    if (wait <= 0) this.#paint();
    else this.#timer = setTimeout(this.#paint, wait);
  }

  /** Empties the screen and lets go of the terminal. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#terminal.off('resize', this.#resized);
    // Some terminals carry what stands on the alternate screen over to the primary one when the window was enlarged.
    this.#terminal.write(this.clearPictures() + CLEAR);
  }

  /** What takes all pictures away. */
  clearPictures(): string {
    return this.#pictures?.layer.clear() ?? '';
  }

  readonly #resized = () => {
    this.#shown = undefined;
    const text = this.clearPictures();
    if (text !== '') this.#terminal.write(text);
  };

  readonly #paint = () => {
    this.#timer = undefined;
    const scene = this.#scene;
    if (!scene) return;
    const now = performance.now();
    // A frame that was late does not put off those after it.
    this.#due =
      now - this.#due < FRAME_MS ? Math.max(this.#due, now - FRAME_MS / 2) + FRAME_MS : now + FRAME_MS;
    const { lines, spots } = this.#pictures?.shelf.collect(scene.draw()) ?? {
      lines: scene.draw(),
      spots: [],
    };
    const rows = composed(scene, lines).slice(0, scene.height);
    const layer = this.#pictures?.layer;
    layer?.stage({ spots: spots.filter((spot) => shows(scene, spot)), rows });
    const before = this.#shown;
    const text = rows.map((line, row) => rowUpdate(row, before?.[row], line)).join('');
    this.#shown = rows;
    const start = before ? '' : CLEAR;
    const change = (layer?.before() ?? '') + start + text + (layer?.after() ?? '');
    if (change !== '') this.#terminal.write(BEGIN + change + END);
  };
}
