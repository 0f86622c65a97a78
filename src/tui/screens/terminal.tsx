import { render } from 'ink';
import { useLayoutEffect, type ReactElement } from 'react';
import { detectPictures } from '../pictures/detect.ts';
import { PictureLayer } from '../pictures/layer.ts';
import { pictureWriter } from '../pictures/protocols.ts';
import { PictureShelf } from '../pictures/shelf.ts';
import { colorDepthOf, createTheme, type Theme } from '../text/theme.ts';
import { PainterContext } from './Frame.tsx';
import { Painter } from './painter.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// Leaves the alternate screen, shows the cursor, ends colours, wraps lines, ends bracketed paste.
const RESTORE = '\x1b[?1049l\x1b[?25h\x1b[0m\x1b[?7h\x1b[?2004l';

/** Lets a painter have the window while a screen is open. */
function Painted({ painter, children }: { painter: Painter; children: ReactElement }): ReactElement {
  useLayoutEffect(() => () => painter.close(), [painter]);
  return <PainterContext value={painter}>{children}</PainterContext>;
}

/** Handed to a screen, to end itself. */
export interface ScreenHandle<T> {
  close: (result: T) => void;
}

/** The palette and the way to the terminal, with its own pictures where it has them. */
async function openOutput(): Promise<{ theme: Theme; painter: Painter }> {
  const depth = colorDepthOf(process.stdout);
  const { protocol, cell } = await detectPictures(process, depth > 1);
  const theme = createTheme(depth);
  if (protocol === 'blocks') return { theme, painter: new Painter(process.stdout) };
  const shelf = new PictureShelf();
  theme.pictures = shelf;
  const layer = new PictureLayer(pictureWriter(protocol, cell));
  return { theme, painter: new Painter(process.stdout, { shelf, layer }) };
}

/**
 * Shows a screen in the terminal's alternate buffer until it closes itself. However it ends (keys, signals, an
 * error thrown while drawing or anywhere else), the terminal is as before afterwards.
 *
 * @param onSignal what SIGINT, SIGTERM and SIGHUP do; the screen stays open unless it closes it
 * @throws what was thrown while the screen was open
 */
export async function openScreen<T>(
  element: (handle: ScreenHandle<T>, theme: Theme) => ReactElement,
  onSignal: (handle: ScreenHandle<T>, signal: NodeJS.Signals) => void,
): Promise<T> {
  let result: { value: T } | undefined;
  let failure: { error: unknown } | undefined;
  let open = true;
  let unmount = () => {};
  const handle: ScreenHandle<T> = {
    close: (value) => {
      result ??= { value };
      unmount();
    },
  };
  const onFailure = (error: unknown) => {
    failure ??= { error };
    unmount();
  };
  // A terminal that went away makes writes fail; the run must not fall with it.
  const onOutputError = () => {};
  const listeners = SIGNALS.map((signal) => ({ signal, listener: () => onSignal(handle, signal) }));
  let clearPictures = () => '';
  const lastResort = () => {
    if (open) process.stdout.write(clearPictures() + RESTORE);
  };

  // Before the first frame: keys pressed early are not echoed into it, and Enter stays Enter.
  const raw = process.stdin.isTTY;
  if (raw) process.stdin.setRawMode(true);
  for (const { signal, listener } of listeners) process.on(signal, listener);
  process.on('uncaughtException', onFailure);
  process.on('exit', lastResort);
  process.stdout.on('error', onOutputError);
  try {
    const { theme, painter } = await openOutput();
    clearPictures = () => painter.clearPictures();
    // A signal may have ended the screen while the terminal was asked.
    if (!result && !failure) {
      const instance = render(<Painted painter={painter}>{element(handle, theme)}</Painted>, {
        alternateScreen: true,
        interactive: true,
        maxFps: 10,
        exitOnCtrlC: false,
        patchConsole: false,
      });
      unmount = () => instance.unmount();
      // Closed while it was drawn for the first time.
      if (result || failure) unmount();
      try {
        await instance.waitUntilExit();
      } finally {
        instance.cleanup();
      }
    }
  } catch (error) {
    failure ??= { error };
  } finally {
    open = false;
    if (raw) process.stdin.setRawMode(false);
    for (const { signal, listener } of listeners) process.off(signal, listener);
    process.off('uncaughtException', onFailure);
    process.off('exit', lastResort);
    process.stdin.unref();
  }
  if (failure) throw failure.error;
  if (!result) throw new Error('The screen ended without a result.');
  return result.value;
}
