import type { AxisName } from './series.ts';

/** What the user chose on the screen of a run. */
export interface ViewState {
  /** Place of the charted metric in the list of metrics. */
  metric: number;
  axis: AxisName;
  log: boolean;
  smoothing: number;
  /** The chart takes the whole body. */
  zoom: boolean;
  overlay: 'none' | 'help' | 'quit';
}

export const INITIAL_VIEW: ViewState = {
  metric: 0,
  axis: 'agent',
  log: false,
  smoothing: 0,
  zoom: false,
  overlay: 'none',
};

/** Weights of the past in the moving average that `s` goes through. */
export const SMOOTHINGS: readonly number[] = [0, 0.6, 0.9, 0.97];
const NEXT_AXIS: Record<AxisName, AxisName> = { agent: 'env', env: 'time', time: 'agent' };

/** The axis after this one. */
export function nextAxis(axis: AxisName): AxisName {
  return NEXT_AXIS[axis];
}

/** The smoothing after this one. */
export function nextSmoothing(smoothing: number): number {
  return SMOOTHINGS[(SMOOTHINGS.indexOf(smoothing) + 1) % SMOOTHINGS.length];
}

/** What a key does: a new view, or a wish that the screen cannot fulfil by itself. */
export type KeyEffect = { view: ViewState } | { leave: 'quit' | 'back' } | { open: 'episodes' | 'encoder' };

/** Names for the keys that have no character. */
export type KeyName =
  | 'tab'
  | 'shift-tab'
  | 'escape'
  | 'enter'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'backspace';

/**
 * The effect of a key on the screen of a run.
 * @param metrics number of metrics that can be charted
 * @param confirmQuit leaving would end the run, so `q` asks first
 */
export function pressKey(
  view: ViewState,
  key: KeyName | string,
  metrics: number,
  confirmQuit: boolean,
): KeyEffect {
  if (view.overlay === 'quit') {
    if (key === 'y' || key === 'enter') return { leave: 'quit' };
    return { view: { ...view, overlay: 'none' } };
  }
  if (view.overlay === 'help') return { view: { ...view, overlay: 'none' } };
  const turn = (by: number) => ({ view: { ...view, metric: (view.metric + by + metrics) % metrics } });
  switch (key) {
    case 'tab':
    case 'right':
    case 'down':
    case 'l':
    case 'j':
      return turn(1);
    case 'shift-tab':
    case 'left':
    case 'up':
    case 'h':
    case 'k':
      return turn(-1);
    case 'enter':
    case 'z':
      return { view: { ...view, zoom: !view.zoom } };
    case 'escape':
      return view.zoom ? { view: { ...view, zoom: false } } : confirmQuit ? { view } : { leave: 'back' };
    case '?':
      return { view: { ...view, overlay: 'help' } };
    case 'e':
      return { open: 'episodes' };
    case 'v':
      return { open: 'encoder' };
    case 'y':
      return { view: { ...view, log: !view.log } };
    case 's':
      return { view: { ...view, smoothing: nextSmoothing(view.smoothing) } };
    case 'x':
      return { view: { ...view, axis: nextAxis(view.axis) } };
    case 'q':
      return confirmQuit ? { view: { ...view, overlay: 'quit' } } : { leave: 'quit' };
    default: {
      const digit = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
      return digit >= 0 && digit < metrics ? { view: { ...view, metric: digit } } : { view };
    }
  }
}
