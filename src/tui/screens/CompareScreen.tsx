import { useWindowSize } from 'ink';
import { useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { Comparison } from '../model/comparison.ts';
import { INITIAL_COMPARE, pressCompareKey } from '../model/compare-keys.ts';
import { comparisonFrame } from '../panes/comparison.ts';
import { keysPane } from '../panes/help.ts';
import type { Theme } from '../text/theme.ts';
import { Frame } from './Frame.tsx';
import { useKeys } from './keyboard.ts';

const KEYS: readonly [string, string][] = [
  ['Tab, ← →', 'next or previous metric'],
  ['↑ ↓', 'choose a curve'],
  ['g', 'seeds of a method as one curve with its interval, or single runs'],
  ['z, Enter', 'the chosen curve alone, or all'],
  ['y', 'logarithmic or linear scale'],
  ['s', 'smoothing: off, 0.6, 0.9, 0.97 (moving average)'],
  ['x', 'axis: environment steps, time, agent steps'],
  ['Esc', 'back to the list'],
  ['q', 'leaves; running runs go on'],
];

interface CompareScreenProps {
  comparison: Comparison;
  theme: Theme;
  onLeave: (how: 'quit' | 'back') => void;
  onInterrupt: () => void;
}

/** Several runs in one chart. */
export function CompareScreen({ comparison, theme, onLeave, onInterrupt }: CompareScreenProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const version = useSyncExternalStore(comparison.subscribe, comparison.version);
  const [view, setView] = useState(INITIAL_COMPARE);
  // Keys that arrive together all count: each one starts from what the one before left.
  const latest = useRef(view);

  const { axis, smoothing, grouped } = view;
  // The comparison is filled in place; its version says when.
  const metrics = useMemo(() => comparison.metrics, [comparison, version]);
  const { id } = metrics[view.metric] ?? metrics[0];
  // Choosing among curves makes none anew.
  const curves = useMemo(
    () => comparison.curves(id, { axis, smoothing, grouped }),
    [comparison, version, id, axis, smoothing, grouped],
  );

  useKeys((key) => {
    const effect = pressCompareKey(latest.current, key, metrics.length, curves.length);
    if ('leave' in effect) return onLeave(effect.leave);
    latest.current = effect.view;
    setView(effect.view);
  }, onInterrupt);

  const frame = { curves, metrics, view, progress: comparison.progress };
  const draw = () => comparisonFrame(frame, columns, rows, theme);
  const overlay = view.help ? keysPane(KEYS, columns, rows, theme) : undefined;
  return <Frame draw={draw} overlay={overlay} width={columns} height={rows} />;
}
