import { useWindowSize } from 'ink';
import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { EncoderWatcher, INITIAL_ENCODER, pressEncoderKey } from '../model/encoder.ts';
import { encoderFrame } from '../panes/encoder.ts';
import { keysPane } from '../panes/help.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';

const KEYS: readonly [string, string][] = [
  ['arrows, hjkl', 'the nearest observation of the map in that direction'],
  ['Tab', 'the next observation in time; Shift-Tab the one before'],
  ['1 … 9', 'to a neighbour; they are shown on the map by their number'],
  ['m', 'map by principal components, or by UMAP'],
  ['c', 'what colours the map'],
  ['r, Space', 'draw the views anew'],
  ['p', "observations of the agent's actions, or of random ones"],
  ['u', 'look again, at the newest checkpoint'],
  ['Esc', 'back to the run'],
  ['q', 'leaves'],
];

interface EncoderScreenProps {
  title: string;
  /** Starts to look; what it gives is closed with the screen. */
  open: () => EncoderWatcher;
  theme: Theme;
  onLeave: (how: 'quit' | 'back') => void;
  onInterrupt: () => void;
}

/** What a run's encoder makes of observations. */
export function EncoderScreen({
  title,
  open,
  theme,
  onLeave,
  onInterrupt,
}: EncoderScreenProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const [watcher] = useState(open);
  useEffect(() => () => watcher.close(), [watcher]);
  useSyncExternalStore(watcher.subscribe, watcher.version);
  const [view, setView] = useState(INITIAL_ENCODER);
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);
  const { look } = watcher;
  const points = view.map === 'pca' ? look?.pca : watcher.umap;
  // A newer look may have fewer observations.
  const row = look ? Math.min(view.row, look.rows - 1) : 0;

  useEffect(() => {
    watcher.wantViews(row);
    if (view.map === 'umap') watcher.wantUmap();
  }, [watcher, look, row, view.map]);

  useKeys((key) => {
    const shown = latest.current.map === 'pca' ? look?.pca : watcher.umap;
    const effect = pressEncoderKey(latest.current, key, look, shown ?? []);
    if ('leave' in effect) return onLeave(effect.leave);
    if ('ask' in effect) {
      if (effect.ask === 'draw') watcher.wantViews(latest.current.row, { anew: true });
      else watcher.again({ turn: effect.ask === 'policy' });
      return;
    }
    latest.current = effect.view;
    setView(effect.view);
  }, onInterrupt);

  const { views, progress, problem } = watcher;
  const frame = { title, look, points, views, view: { ...view, row }, progress, problem };
  const overlay = view.help ? keysPane(KEYS, columns, rows, theme) : undefined;
  const draw = () => encoderFrame(frame, columns, rows, theme);
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
