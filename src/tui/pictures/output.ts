import type { PictureLayer } from './layer.ts';

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const ENTER = '\x1b[?1049h';
/** Erases the display, wholly or from the cursor on. */
// eslint-disable-next-line no-control-regex -- it is a control sequence
const CLEARS = /\x1b\[[0-3]?J/;
const SETTLE_MS = 100;

/** The terminal as Ink writes to it, with pictures beside the text. */
export interface ScreenOutput {
  stream: NodeJS.WriteStream;
  /** The newest frame has been handed to Ink; pictures that its text does not bring along are drawn soon. */
  settle(): void;
  /** Ends all pictures and lets go of the terminal. */
  close(): void;
}

/**
 * Stands between Ink and the terminal. The screen begins at its first cell wherever the cursor was; pictures are
 * drawn within the same synchronised update as the text that makes room for them.
 */
export function screenOutput(terminal: NodeJS.WriteStream, layer: PictureLayer | undefined): ScreenOutput {
  const write = (text: string) => terminal.write(text);
  let timer: NodeJS.Timeout | undefined;
  const own = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (chunk === ENTER) return write(`${ENTER}\x1b[2J\x1b[H`);
    if (!layer) return terminal.write(chunk as string, ...(rest as []));
    if (chunk === BEGIN) return write(BEGIN + layer.before());
    if (chunk === END) return write(layer.after() + END);
    if (typeof chunk === 'string' && CLEARS.test(chunk)) layer.forget();
    return terminal.write(chunk as string, ...(rest as []));
  };
  // All but writing is the terminal's own: size, events, colour depth.
  const stream = new Proxy(terminal, {
    get: (target, name) => {
      if (name === 'write') return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const resized = () => {
    if (layer) write(layer.clear());
  };
  if (layer) terminal.prependListener('resize', resized);
  return {
    stream,
    settle: () => {
      if (!layer || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        if (layer.due) write(BEGIN + layer.before() + layer.after() + END);
      }, SETTLE_MS);
    },
    close: () => {
      clearTimeout(timer);
      if (!layer) return;
      terminal.off('resize', resized);
      layer.stage({ spots: [], rows: [] });
      write(layer.clear());
    },
  };
}
