import { useWindowSize } from 'ink';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { messageOf } from '../../base/index.ts';
import { listEpisodes, readEpisode, type RecordedEpisode } from '../../runs/index.ts';
import { advance, firstView, pressPlayerKey } from '../model/player.ts';
import { keysPane } from '../panes/help.ts';
import { playerFrame } from '../panes/player.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';

const KEYS: readonly [string, string][] = [
  ['Space', 'play or pause; from the end it starts again'],
  ['← →, h l', 'one picture back or on; Page Up and Page Down ten'],
  ['0, $', 'to the start or the end'],
  ['↑ ↓, j k', 'an earlier or a later episode'],
  ['+ -', 'faster or slower'],
  ['Esc', 'back to the run'],
  ['q', 'leaves'],
];

/** Terminals are redrawn ten times a second at most. */
const FASTEST_MS = 100;

interface PlayerScreenProps {
  /** Folder of the run. */
  folder: string;
  title: string;
  theme: Theme;
  onLeave: (how: 'quit' | 'back') => void;
  onInterrupt: () => void;
}

/** The recorded episodes of a run, to play and to go through. */
export function PlayerScreen({
  folder,
  title,
  theme,
  onLeave,
  onInterrupt,
}: PlayerScreenProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const [episodes] = useState(() => listEpisodes(folder));
  const [view, setView] = useState(() => firstView(episodes));
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);
  const show = (next: typeof view) => {
    latest.current = next;
    setView(next);
  };

  const { episode, problem } = useMemo((): { episode?: RecordedEpisode; problem: string } => {
    const file = episodes[view.episode];
    try {
      return file ? { episode: readEpisode(file), problem: '' } : { problem: '' };
    } catch (error) {
      return { problem: messageOf(error) };
    }
  }, [episodes, view.episode]);
  const frames = episode?.pictures.length ?? 0;
  const fps = episode?.fps ?? 10;

  useEffect(() => {
    if (!view.playing || frames === 0) return;
    // Where pictures come faster than the terminal is drawn, some are left out.
    const due = 1000 / (fps * view.speed);
    const every = Math.max(1, Math.round(FASTEST_MS / due));
    const timer = setInterval(() => {
      let next = latest.current;
      for (let k = 0; k < every; k++) next = advance(next, frames);
      show(next);
    }, due * every);
    return () => clearInterval(timer);
  }, [view.playing, view.episode, view.speed, frames, fps]);

  useKeys((key) => {
    const effect = pressPlayerKey(latest.current, key, episodes.length, frames);
    if ('leave' in effect) onLeave(effect.leave);
    else show(effect.view);
  }, onInterrupt);

  const draw = () => playerFrame(title, episodes, episode, view, problem, columns, rows, theme);
  const overlay = view.help ? keysPane(KEYS, columns, rows, theme) : undefined;
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
