import { render, useStdout } from 'ink';
import { useLayoutEffect, type ReactElement } from 'react';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// Leaves the alternate screen, shows the cursor, ends colours and bracketed paste.
const RESTORE = '\x1b[?1049l\x1b[?25h\x1b[0m\x1b[?2004l';

const CLEAR = '\x1b[2J\x1b[H';

/**
 * Empties the alternate screen as the last thing in it: some terminals carry what stands there over to the
 * primary screen when the window was enlarged meanwhile.
 */
function Emptied({ children }: { children: ReactElement }): ReactElement {
  const { stdout } = useStdout();
  useLayoutEffect(
    () => () => {
      stdout.write(CLEAR);
    },
    [stdout],
  );
  return children;
}

/** Handed to a screen, to end itself. */
export interface ScreenHandle<T> {
  close: (result: T) => void;
}

/**
 * Shows a screen in the terminal's alternate buffer until it closes itself. However it ends (keys, signals, an
 * error thrown while drawing or anywhere else), the terminal is as before afterwards.
 *
 * @param onSignal what SIGINT, SIGTERM and SIGHUP do; the screen stays open unless it closes it
 * @throws what was thrown while the screen was open
 */
export async function openScreen<T>(
  element: (handle: ScreenHandle<T>) => ReactElement,
  onSignal: (handle: ScreenHandle<T>, signal: NodeJS.Signals) => void,
): Promise<T> {
  let result: { value: T } | undefined;
  let failure: { error: unknown } | undefined;
  let open = true;
  const handle: ScreenHandle<T> = {
    close: (value) => {
      result ??= { value };
      instance.unmount();
    },
  };
  const onFailure = (error: unknown) => {
    failure ??= { error };
    instance.unmount();
  };
  // A terminal that went away makes writes fail; the run must not fall with it.
  const onOutputError = () => {};
  const listeners = SIGNALS.map((signal) => ({ signal, listener: () => onSignal(handle, signal) }));
  const lastResort = () => {
    if (open) process.stdout.write(RESTORE);
  };

  // Before the first frame: keys pressed early are not echoed into it, and Enter stays Enter.
  const raw = process.stdin.isTTY;
  if (raw) process.stdin.setRawMode(true);
  const instance = render(<Emptied>{element(handle)}</Emptied>, {
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: 10,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  for (const { signal, listener } of listeners) process.on(signal, listener);
  process.on('uncaughtException', onFailure);
  process.on('exit', lastResort);
  process.stdout.on('error', onOutputError);
  try {
    await instance.waitUntilExit();
  } catch (error) {
    failure ??= { error };
  } finally {
    open = false;
    instance.cleanup();
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
