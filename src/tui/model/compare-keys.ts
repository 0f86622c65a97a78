import { nextAxis, nextSmoothing, type KeyName } from './keys.ts';
import type { AxisName } from './series.ts';

/** What the user chose on the screen that compares runs. */
export interface CompareView {
  /** Place of the metric in the list of metrics. */
  metric: number;
  /** Place of the chosen curve. */
  selected: number;
  axis: AxisName;
  log: boolean;
  smoothing: number;
  /** Seeds of one method as one curve with its interval. */
  grouped: boolean;
  /** The chosen curve alone. */
  solo: boolean;
  help: boolean;
}

export const INITIAL_COMPARE: CompareView = {
  metric: 0,
  selected: 0,
  axis: 'env',
  log: false,
  smoothing: 0,
  grouped: true,
  solo: false,
  help: false,
};

/** The effect of a key on the comparison of `curves` curves in one of `metrics` metrics. */
export function pressCompareKey(
  view: CompareView,
  key: KeyName | string,
  metrics: number,
  curves: number,
): { view: CompareView } | { leave: 'quit' | 'back' } {
  if (view.help) return { view: { ...view, help: false } };
  const turn = (by: number) => ({ view: { ...view, metric: (view.metric + by + metrics) % metrics } });
  const choose = (by: number) => ({
    view: { ...view, selected: Math.max(0, Math.min(curves - 1, view.selected + by)) },
  });
  switch (key) {
    case 'tab':
    case 'right':
    case 'l':
      return turn(1);
    case 'shift-tab':
    case 'left':
    case 'h':
      return turn(-1);
    case 'down':
    case 'j':
      return choose(1);
    case 'up':
    case 'k':
      return choose(-1);
    case 'page-down':
      return choose(10);
    case 'page-up':
      return choose(-10);
    case 'g':
      return { view: { ...view, grouped: !view.grouped, selected: 0 } };
    case 'enter':
    case 'z':
      return { view: { ...view, solo: !view.solo } };
    case 'y':
      return { view: { ...view, log: !view.log } };
    case 's':
      return { view: { ...view, smoothing: nextSmoothing(view.smoothing) } };
    case 'x':
      return { view: { ...view, axis: nextAxis(view.axis) } };
    case '?':
      return { view: { ...view, help: true } };
    case 'escape':
      return view.solo ? { view: { ...view, solo: false } } : { leave: 'back' };
    case 'q':
      return { leave: 'quit' };
    default:
      return { view };
  }
}
