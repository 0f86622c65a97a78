import { useWindowSize } from 'ink';
import { useMemo, useRef, useState, type ReactElement } from 'react';
import {
  pressLauncherKey,
  type LauncherChoice,
  type LauncherLists,
  type LauncherView,
} from '../model/launcher.ts';
import { launcherFrame, type Preview } from '../panes/launcher.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';

export interface LauncherProps {
  lists: LauncherLists;
  /** What is chosen at first. */
  initial: LauncherChoice;
  /** The experiment that a choice comes to. */
  resolve: (choice: LauncherChoice) => Preview;
}

interface LauncherScreenProps extends LauncherProps {
  theme: Theme;
  onStart: (choice: LauncherChoice) => void;
  onLeave: () => void;
  onInterrupt: () => void;
}

/** Chooses what to train. */
export function LauncherScreen(props: LauncherScreenProps): ReactElement {
  const { lists, initial, resolve, theme, onStart, onLeave, onInterrupt } = props;
  const { columns, rows } = useWindowSize();
  const [view, setView] = useState<LauncherView>({ field: 'env', choice: initial, search: '', scroll: 0 });
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);
  const preview = useMemo(() => resolve(view.choice), [resolve, view.choice]);

  useKeys((key) => {
    const effect = pressLauncherKey(latest.current, key, lists);
    if ('leave' in effect) return onLeave();
    // A choice that cannot be trained says why in the last line.
    if ('start' in effect) return 'yaml' in resolve(effect.start) ? onStart(effect.start) : undefined;
    latest.current = effect.view;
    setView(effect.view);
  }, onInterrupt);

  const draw = () => launcherFrame(view, lists, preview, columns, rows, theme);
  return <Frame draw={draw} width={columns} height={rows} />;
}
