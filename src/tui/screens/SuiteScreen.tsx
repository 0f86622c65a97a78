import { useWindowSize } from 'ink';
import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { messageOf } from '../../base/index.ts';
import type { CellProgress } from '../../bench/index.ts';
import { summariseRun } from '../../runs/index.ts';
import { Comparison } from '../model/comparison.ts';
import { Store } from '../model/store.ts';
import { INITIAL_SUITE, pressSuiteKey, suiteGrid } from '../model/suite.ts';
import { RunWatcher } from '../model/watcher.ts';
import { keysPane, questionPane } from '../panes/help.ts';
import { suiteFrame } from '../panes/suite.ts';
import type { Theme } from '../text/theme.ts';
import { CompareScreen } from './CompareScreen.tsx';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';
import { RunScreen } from './RunScreen.tsx';

const KEYS: readonly [string, string][] = [
  ['↑ ↓ ← →', 'choose a run; also h j k l'],
  ['Enter', "the chosen run's own screen"],
  ['c', 'all runs that have begun in one chart'],
  ['q', 'ends the suite (asks first): runs are saved, the same command goes on'],
  ['Ctrl-C', 'saves, ends; again: ends at once'],
];

const REFRESH_MS = 1000;
const noNotice = new Store('');

export interface SuiteScreenProps {
  /** Name of the suite. */
  title: string;
  /** Where all runs stand now. */
  progress: () => readonly CellProgress[];
  jobs: number;
  notice: Store<string>;
  theme: Theme;
  onLeave: () => void;
  onInterrupt: () => void;
}

/** A suite that runs: its grid, and behind it each run. */
export function SuiteScreen(props: SuiteScreenProps): ReactElement {
  const { theme, onInterrupt } = props;
  const [opened, setOpened] = useState<RunWatcher | Comparison | undefined>();
  const back = () => setOpened(undefined);
  // Leaving a run or a comparison leads to the grid, which asks before it ends the suite.
  if (opened instanceof Comparison) {
    return <CompareScreen comparison={opened} theme={theme} onLeave={back} onInterrupt={onInterrupt} />;
  }
  if (opened) {
    return (
      <RunScreen
        watcher={opened}
        theme={theme}
        trains={false}
        nested
        notice={noNotice}
        onLeave={back}
        onInterrupt={onInterrupt}
      />
    );
  }
  return <Grid {...props} onOpen={setOpened} />;
}

function Grid(props: SuiteScreenProps & { onOpen: (what: RunWatcher | Comparison) => void }): ReactElement {
  const { title, progress, jobs, theme, onOpen, onLeave, onInterrupt } = props;
  const { columns, rows } = useWindowSize();
  const [all, setAll] = useState(progress);
  const [view, setView] = useState(INITIAL_SUITE);
  const [problem, setProblem] = useState('');
  const notice = useSyncExternalStore(props.notice.subscribe, props.notice.get);
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);

  useEffect(() => {
    const timer = setInterval(() => setAll(progress()), REFRESH_MS);
    return () => clearInterval(timer);
  }, [progress]);

  const grid = suiteGrid(all, jobs);
  useKeys((key) => {
    const effect = pressSuiteKey(latest.current, key, grid, true);
    const next = 'view' in effect ? effect.view : { ...latest.current, overlay: 'none' as const };
    latest.current = next;
    setView(next);
    setProblem('');
    if ('leave' in effect) return onLeave();
    try {
      if ('open' in effect) {
        const folder = grid.rows[next.row]?.runs[next.column]?.folder;
        if (folder == null)
          setProblem('this run has no folder here: it has not begun, or its summary alone is known');
        else onOpen(new RunWatcher(folder));
      }
      if ('compare' in effect) {
        const begun = all.flatMap(({ folder }) => (folder === null ? [] : summariseRun(folder)));
        if (begun.length === 0) setProblem('no run has begun');
        else onOpen(new Comparison(begun));
      }
    } catch (error) {
      setProblem(messageOf(error));
    }
  }, onInterrupt);

  const frame = { title, grid, view, jobs, notice: notice || problem };
  const overlay =
    view.overlay === 'help'
      ? keysPane(KEYS, columns, rows, theme)
      : view.overlay === 'quit'
        ? questionPane(
            'End the suite',
            'Save and end all runs? The same command goes on.',
            'save and end',
            columns,
            theme,
          )
        : undefined;
  const draw = () => suiteFrame(frame, columns, rows, theme);
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
