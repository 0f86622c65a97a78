import { useWindowSize } from 'ink';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { messageOf } from '../../base/index.ts';
import { listRuns, type RunSummary } from '../../runs/index.ts';
import type { KeyName } from '../model/keys.ts';
import { Store } from '../model/store.ts';
import { RunWatcher } from '../model/watcher.ts';
import { filterRuns, runsFrame, type ListView } from '../panes/runs.ts';
import { fit } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';
import { RunScreen } from './RunScreen.tsx';

const REFRESH_MS = 1500;
const noNotice = new Store('');

/** The list after a key; `open` is the run to show, `leave` ends the screen. */
export function pressListKey(
  view: ListView,
  key: KeyName | string,
  runs: readonly RunSummary[],
): { view: ListView; open?: RunSummary; leave?: boolean } {
  const count = filterRuns(runs, view.filter).length;
  const to = (place: number) => ({ view: { ...view, selected: Math.max(0, Math.min(count - 1, place)) } });
  if (key === 'up') return to(view.selected - 1);
  if (key === 'down') return to(view.selected + 1);
  if (key === 'page-up') return to(view.selected - 10);
  if (key === 'page-down') return to(view.selected + 10);
  if (view.typing) {
    const typed = (filter: string) => ({ view: { filter, typing: true, selected: 0 } });
    if (key === 'enter') return { view: { ...view, typing: false } };
    if (key === 'escape') return { view: { filter: '', typing: false, selected: 0 } };
    if (key === 'backspace') return typed(view.filter.slice(0, -1));
    return key.length === 1 ? typed(view.filter + key) : { view };
  }
  if (key === 'enter') return { view, open: filterRuns(runs, view.filter)[view.selected] };
  if (key === '/') return { view: { ...view, typing: true } };
  if (key === 'k') return to(view.selected - 1);
  if (key === 'j') return to(view.selected + 1);
  if (key === 'q') return { view, leave: true };
  if (key === 'escape')
    return view.filter === '' ? { view, leave: true } : { view: { ...view, filter: '', selected: 0 } };
  return { view };
}

interface RunsScreenProps {
  folder: string;
  theme: Theme;
  onLeave: () => void;
  onInterrupt: () => void;
}

/** All runs of a folder; Enter opens one. */
export function RunsScreen({ folder, theme, onLeave, onInterrupt }: RunsScreenProps): ReactElement {
  const [watcher, setWatcher] = useState<RunWatcher | undefined>();
  const close = () => setWatcher(undefined);
  const open = (run: RunSummary) => setWatcher(new RunWatcher(run.folder));
  const [view, setView] = useState<ListView>({ selected: 0, filter: '', typing: false });
  if (!watcher) {
    return <List {...{ folder, theme, onLeave, onInterrupt, view, setView, onOpen: open }} />;
  }
  const leave = (how: 'quit' | 'back') => (how === 'back' ? close() : onLeave());
  return (
    <RunScreen
      watcher={watcher}
      theme={theme}
      trains={false}
      nested
      notice={noNotice}
      onLeave={leave}
      onInterrupt={onInterrupt}
    />
  );
}

interface ListProps extends RunsScreenProps {
  view: ListView;
  setView: (view: ListView) => void;
  onOpen: (run: RunSummary) => void;
}

function List({ folder, theme, onLeave, onInterrupt, view, setView, onOpen }: ListProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const [runs, setRuns] = useState<readonly RunSummary[]>(() => listRuns(folder));
  const [problem, setProblem] = useState('');
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);

  useEffect(() => {
    const timer = setInterval(() => {
      try {
        setRuns(listRuns(folder));
        setProblem('');
      } catch (error) {
        setProblem(messageOf(error));
      }
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [folder]);

  useKeys((key) => {
    const effect = pressListKey(latest.current, key, runs);
    latest.current = effect.view;
    setView(effect.view);
    if (effect.leave) onLeave();
    else if (effect.open) {
      try {
        onOpen(effect.open);
      } catch (error) {
        setProblem(messageOf(error));
      }
    }
  }, onInterrupt);

  const lines = runsFrame(runs, view, folder, columns, rows, theme);
  if (problem !== '') lines[lines.length - 1] = fit(` ${theme.bad(problem)}`, columns);
  return <Frame lines={lines} width={columns} height={rows} />;
}
