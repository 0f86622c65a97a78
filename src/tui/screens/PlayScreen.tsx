import { useWindowSize } from 'ink';
import { useEffect, useSyncExternalStore, type ReactElement } from 'react';
import type { Store } from '../model/store.ts';
import { playFrame, playPictureSize, type PlayMoment } from '../panes/play.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';

interface PlayScreenProps {
  moment: Store<PlayMoment | undefined>;
  /** Gets the side in pixels that a picture should have. */
  onSize: (pixels: number) => void;
  theme: Theme;
  onLeave: () => void;
  onInterrupt: () => void;
}

/** An episode as it is played. */
export function PlayScreen({ moment, onSize, theme, onLeave, onInterrupt }: PlayScreenProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const now = useSyncExternalStore(moment.subscribe, moment.get);
  useEffect(() => onSize(playPictureSize(columns, rows)), [onSize, columns, rows]);
  useKeys((key) => {
    if (key === 'q' || key === 'escape') onLeave();
  }, onInterrupt);
  return <Frame draw={() => playFrame(now, columns, rows, theme)} width={columns} height={rows} />;
}
