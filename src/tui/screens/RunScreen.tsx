import { useWindowSize } from 'ink';
import { useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { EncoderWatcher } from '../model/encoder.ts';
import { INITIAL_VIEW, pressKey, type ViewState } from '../model/keys.ts';
import type { Store } from '../model/store.ts';
import type { RunWatcher } from '../model/watcher.ts';
import { helpPane, quitPane } from '../panes/help.ts';
import type { Theme } from '../text/theme.ts';
import { EncoderScreen } from './EncoderScreen.tsx';
import { Frame } from './Frame.tsx';
import { runFrame } from './frame.ts';
import { useKeys } from './keyboard.ts';
import { PlayerScreen } from './PlayerScreen.tsx';

export interface RunScreenProps {
  watcher: RunWatcher;
  theme: Theme;
  /** The screen belongs to the process that trains: leaving ends the run, after a question. */
  trains: boolean;
  /** A message in place of the keys, such as `saving`. */
  notice: Store<string>;
  /** `back` is Esc where a list of runs lies below. */
  onLeave: (how: 'quit' | 'back') => void;
  onInterrupt: () => void;
  /** A list of runs lies below this screen. */
  nested?: boolean;
}

/** The screen of one run, live or finished, with its recorded episodes and its encoder behind it. */
export function RunScreen(props: RunScreenProps): ReactElement {
  const [opened, setOpened] = useState<'episodes' | 'encoder' | undefined>();
  const { watcher, theme, trains, onInterrupt } = props;
  if (!opened) return <Overview {...props} onOpen={setOpened} />;
  const { facts } = watcher.model;
  // Where leaving would end the run, the overview asks first.
  const leave = (how: 'quit' | 'back') =>
    how === 'back' || trains ? setOpened(undefined) : props.onLeave('quit');
  const title = `${facts.method} · ${facts.env} · seed ${facts.seed}`;
  const shared = { title, theme, onInterrupt, onLeave: leave };
  if (opened === 'episodes') return <PlayerScreen folder={facts.folder} {...shared} />;
  return <EncoderScreen open={() => new EncoderWatcher(facts.folder)} {...shared} />;
}

function Overview(props: RunScreenProps & { onOpen: (what: 'episodes' | 'encoder') => void }): ReactElement {
  const { watcher, theme, trains, nested = false, onLeave, onInterrupt } = props;
  const { columns, rows } = useWindowSize();
  // The model is filled in place; its version says when.
  useSyncExternalStore(watcher.subscribe, watcher.version);
  const notice = useSyncExternalStore(props.notice.subscribe, props.notice.get);
  const [view, setView] = useState(INITIAL_VIEW);
  const latest = useRef(view);
  const { model } = watcher;

  const show = (next: ViewState) => {
    // Keys that arrive together all count: each one starts from what the one before left.
    latest.current = next;
    setView(next);
  };
  useKeys((key) => {
    const effect = pressKey(latest.current, key, model.metrics.length, trains);
    if ('view' in effect) show(effect.view);
    else if ('open' in effect) props.onOpen(effect.open);
    else {
      show({ ...latest.current, overlay: 'none' });
      if (effect.leave === 'quit' || nested) onLeave(effect.leave);
    }
  }, onInterrupt);

  const footer = { leave: trains ? 'end' : 'leave', nested, notice };
  const draw = () => runFrame(model, view, columns, rows, theme, footer);

  const metric = model.metrics[view.metric] ?? model.metrics[0];
  const overlay =
    view.overlay === 'help'
      ? helpPane(metric, trains, columns, rows, theme)
      : view.overlay === 'quit'
        ? quitPane(columns, theme)
        : undefined;
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
