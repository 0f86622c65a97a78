import { useWindowSize } from 'ink';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { messageOf } from '../../base/index.ts';
import { listRuns, SummaryCache, type RunSummary } from '../../runs/index.ts';
import { Comparison } from '../model/comparison.ts';
import type { KeyName } from '../model/keys.ts';
import { Store } from '../model/store.ts';
import { RunWatcher } from '../model/watcher.ts';
import { keysPane } from '../panes/help.ts';
import {
  comparedRuns,
  INITIAL_LIST,
  listedRuns,
  runsFrame,
  SORT_KEYS,
  type ListView,
} from '../panes/runs.ts';
import { fit } from '../text/lines.ts';
import type { Theme } from '../text/theme.ts';
import { CompareScreen } from './CompareScreen.tsx';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';
import { RunScreen } from './RunScreen.tsx';

const REFRESH_MS = 1500;
const noNotice = new Store('');

/** What a key on the list wants beside a new view. */
interface ListEffect {
  view: ListView;
  /** The run to show. */
  open?: RunSummary;
  /** The runs to compare. */
  compare?: RunSummary[];
  leave?: boolean;
  help?: boolean;
}

function typeKey(view: ListView, key: KeyName | string): ListView {
  const typed = (filter: string): ListView => ({ ...view, filter, selected: 0 });
  if (key === 'enter') return { ...view, typing: false };
  if (key === 'escape') return { ...typed(''), typing: false };
  if (key === 'backspace') return typed(view.filter.slice(0, -1));
  return key.length === 1 ? typed(view.filter + key) : view;
}

function toggled(marked: ReadonlySet<string>, folders: readonly string[]): ReadonlySet<string> {
  const all = folders.every((folder) => marked.has(folder));
  const next = new Set(marked);
  for (const folder of folders) {
    if (all) next.delete(folder);
    else next.add(folder);
  }
  return next;
}

/** The list after a key, and what the key asks for. */
export function pressListKey(view: ListView, key: KeyName | string, runs: readonly RunSummary[]): ListEffect {
  const listed = listedRuns(runs, view);
  const to = (place: number) => ({
    view: { ...view, selected: Math.max(0, Math.min(listed.length - 1, place)) },
  });
  if (key === 'up') return to(view.selected - 1);
  if (key === 'down') return to(view.selected + 1);
  if (key === 'page-up') return to(view.selected - 10);
  if (key === 'page-down') return to(view.selected + 10);
  if (view.typing) return { view: typeKey(view, key) };
  const chosen = listed.slice(view.selected, view.selected + 1);
  switch (key) {
    case 'enter':
    case 'l':
    case 'right':
      return { view, open: chosen[0] };
    case 'k':
      return to(view.selected - 1);
    case 'j':
      return to(view.selected + 1);
    case '/':
      return { view: { ...view, typing: true } };
    case ' ': {
      const marked = toggled(
        view.marked,
        chosen.map(({ folder }) => folder),
      );
      return { view: { ...to(view.selected + 1).view, marked } };
    }
    case 'a':
      return {
        view: {
          ...view,
          marked: toggled(
            view.marked,
            listed.map(({ folder }) => folder),
          ),
        },
      };
    case 'c':
      return { view, compare: comparedRuns(runs, view) };
    case 'o':
      return {
        view: {
          ...view,
          sort: SORT_KEYS[(SORT_KEYS.indexOf(view.sort) + 1) % SORT_KEYS.length],
          selected: 0,
        },
      };
    case 'O':
      return { view: { ...view, reverse: !view.reverse, selected: 0 } };
    case '?':
      return { view, help: true };
    case 'q':
      return { view, leave: true };
    case 'escape':
      if (view.filter !== '') return { view: { ...view, filter: '', selected: 0 } };
      return view.marked.size > 0 ? { view: { ...view, marked: new Set() } } : { view, leave: true };
    default:
      return { view };
  }
}

const KEYS: readonly [string, string][] = [
  ['↑ ↓, j k', 'choose a run; Page Up and Page Down go ten further'],
  ['Enter', 'open it'],
  ['/', 'filter by words of experiment, run, environment, state'],
  ['o, O', 'sort by the next column; the other way round'],
  ['Space, a', 'mark a run, or all that are shown'],
  ['c', 'compare the marked runs, or all that are shown'],
  ['Esc', 'clear the filter, then the marks, then leave'],
  ['q', 'leaves; running runs go on'],
];

interface RunsScreenProps {
  folder: string;
  theme: Theme;
  onLeave: () => void;
  onInterrupt: () => void;
}

/** All runs of a folder; Enter opens one. */
export function RunsScreen({ folder, theme, onLeave, onInterrupt }: RunsScreenProps): ReactElement {
  const [opened, setOpened] = useState<RunWatcher | Comparison | undefined>();
  const [view, setView] = useState(INITIAL_LIST);
  const [cache] = useState(() => new SummaryCache());
  const leave = (how: 'quit' | 'back') => (how === 'back' ? setOpened(undefined) : onLeave());
  if (opened instanceof Comparison) {
    return <CompareScreen comparison={opened} theme={theme} onLeave={leave} onInterrupt={onInterrupt} />;
  }
  if (opened) {
    return (
      <RunScreen
        watcher={opened}
        theme={theme}
        trains={false}
        nested
        notice={noNotice}
        onLeave={leave}
        onInterrupt={onInterrupt}
      />
    );
  }
  return <List {...{ folder, theme, onLeave, onInterrupt, cache, view, setView, onOpen: setOpened }} />;
}

interface ListProps extends RunsScreenProps {
  cache: SummaryCache;
  view: ListView;
  setView: (view: ListView) => void;
  onOpen: (what: RunWatcher | Comparison) => void;
}

function List(props: ListProps): ReactElement {
  const { folder, theme, onLeave, onInterrupt, cache, view, setView, onOpen } = props;
  const { columns, rows } = useWindowSize();
  const [runs, setRuns] = useState<readonly RunSummary[]>(() => listRuns(folder, cache));
  const [problem, setProblem] = useState('');
  const [help, setHelp] = useState(false);
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);

  useEffect(() => {
    const timer = setInterval(() => {
      try {
        setRuns(listRuns(folder, cache));
        setProblem('');
      } catch (error) {
        setProblem(messageOf(error));
      }
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [folder, cache]);

  useKeys((key) => {
    if (help) return setHelp(false);
    const effect = pressListKey(latest.current, key, runs);
    latest.current = effect.view;
    setView(effect.view);
    if (effect.help) setHelp(true);
    if (effect.leave) return onLeave();
    try {
      if (effect.open) onOpen(new RunWatcher(effect.open.folder));
      if (effect.compare && effect.compare.length > 0) onOpen(new Comparison(effect.compare));
    } catch (error) {
      setProblem(messageOf(error));
    }
  }, onInterrupt);

  const draw = () => {
    const lines = runsFrame(runs, view, folder, columns, rows, theme);
    if (problem !== '') lines[lines.length - 1] = fit(` ${theme.bad(problem)}`, columns);
    return lines;
  };
  const overlay = help ? keysPane(KEYS, columns, rows, theme) : undefined;
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
