import { Store } from '../model/store.ts';
import { RunWatcher } from '../model/watcher.ts';
import type { PlayMoment } from '../panes/play.ts';
import type { LauncherChoice } from '../model/launcher.ts';
import { LauncherScreen, type LauncherProps } from './LauncherScreen.tsx';
import { PlayScreen } from './PlayScreen.tsx';
import { RunScreen } from './RunScreen.tsx';
import { RunsScreen } from './RunsScreen.tsx';
import type { SuiteScreenProps } from './SuiteScreen.tsx';
import { openScreen } from './terminal.tsx';

/** A training process as the screen sees it. */
export interface ScreenSession {
  /** What to say at the bottom instead of the keys. */
  notice: Store<string>;
  /** Ctrl-C, a signal, or `q`: stop and save; once more: at once. */
  interrupt(): void;
  /** Resolves when the process has ended; the screen closes then. */
  done: Promise<unknown>;
}

/**
 * Shows one run until the user leaves, or until the session's process ends.
 * @returns how it ended
 * @throws InputError when the folder is no run
 */
export async function showRun(
  folder: string,
  session?: ScreenSession,
): Promise<'left' | 'interrupted' | 'ended'> {
  const watcher = new RunWatcher(folder);
  const notice = session?.notice ?? new Store('');
  return openScreen<'left' | 'interrupted' | 'ended'>(
    ({ close }, theme) => {
      void session?.done.finally(() => close('ended'));
      const interrupt = session ? () => session.interrupt() : () => close('interrupted');
      const leave = session ? () => session.interrupt() : () => close('left');
      return (
        <RunScreen
          {...{ watcher, notice, theme }}
          trains={session !== undefined}
          onLeave={leave}
          onInterrupt={interrupt}
        />
      );
    },
    ({ close }) => (session ? session.interrupt() : close('interrupted')),
  );
}

/** Shows the runs of a folder until the user leaves. @throws InputError when the folder does not exist */
export async function showRuns(folder: string): Promise<'left' | 'interrupted'> {
  return openScreen<'left' | 'interrupted'>(
    ({ close }, theme) => (
      <RunsScreen
        folder={folder}
        theme={theme}
        onLeave={() => close('left')}
        onInterrupt={() => close('interrupted')}
      />
    ),
    ({ close }) => close('interrupted'),
  );
}

/** Shows a suite until it has ended, or until the user has ended it. */
export async function showSuite(
  suite: Pick<SuiteScreenProps, 'title' | 'progress' | 'jobs'>,
  session: ScreenSession,
): Promise<void> {
  // Loaded here alone: it knows suites, and with them all that trains, which the other screens open without.
  const { SuiteScreen } = await import('./SuiteScreen.tsx');
  const interrupt = () => session.interrupt();
  await openScreen<undefined>(({ close }, theme) => {
    const end = () => close(undefined);
    session.done.then(end, end);
    return (
      <SuiteScreen
        {...suite}
        theme={theme}
        notice={session.notice}
        onLeave={interrupt}
        onInterrupt={interrupt}
      />
    );
  }, interrupt);
}

/** Lets the user choose what to train. @returns the choice, or how the screen was left */
export async function showLauncher(
  launcher: LauncherProps,
): Promise<LauncherChoice | 'left' | 'interrupted'> {
  return openScreen<LauncherChoice | 'left' | 'interrupted'>(
    ({ close }, theme) => (
      <LauncherScreen
        {...launcher}
        theme={theme}
        onStart={close}
        onLeave={() => close('left')}
        onInterrupt={() => close('interrupted')}
      />
    ),
    ({ close }) => close('interrupted'),
  );
}

/** Where a play goes on the screen. */
export interface PlayStage {
  /** Side in pixels that a square picture should have now. */
  size(): number;
  show(moment: PlayMoment): void;
  /** Aborts when the user leaves. */
  signal: AbortSignal;
}

/** How a play ended: with its result, or by the user. */
export type PlayEnd<T> = { how: 'ended'; result: T } | { how: 'left' | 'interrupted' };

/** Opens the screen of a play while `play` runs. @throws what `play` throws */
export async function showPlay<T>(play: (stage: PlayStage) => Promise<T>): Promise<PlayEnd<T>> {
  const moment = new Store<PlayMoment | undefined>(undefined);
  const leaving = new AbortController();
  let size = 64;
  const stage: PlayStage = { size: () => size, show: (next) => moment.set(next), signal: leaving.signal };
  let playing: Promise<T> | undefined;
  const how = await openScreen<PlayEnd<T>['how']>(
    ({ close }, theme) => {
      playing = play(stage);
      const end = () => close('ended');
      playing.then(end, end);
      const onSize = (pixels: number) => {
        size = pixels;
      };
      const leave = () => close('left');
      const interrupt = () => close('interrupted');
      return <PlayScreen {...{ moment, onSize, theme }} onLeave={leave} onInterrupt={interrupt} />;
    },
    ({ close }) => close('interrupted'),
  ).finally(() => leaving.abort());
  const result = (await playing) as T;
  return how === 'ended' ? { how, result } : { how };
}
