/** Size of a pane in cells, borders included. */
export interface Area {
  width: number;
  height: number;
}

/** Where the panes of a run's screen go; a pane that does not fit is null. */
export interface RunLayout {
  width: number;
  height: number;
  /** Name, state and what is trained: two lines, or one where rows are short. */
  header: number;
  /** Lines of progress. */
  progress: number;
  chart: Area | null;
  metrics: Area | null;
  eye: Area | null;
  time: Area | null;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Smallest window that shows a chart. */
export const SMALLEST = { width: 40, height: 12 };

/**
 * Divides the window: chart above the small charts at the left, the agent's eye above the times at the right.
 * What matters less goes first as the window shrinks: right column, then small charts, then the chart.
 */
export function layoutRun(width: number, height: number, zoom: boolean): RunLayout {
  const header = height >= 16 ? 2 : 1;
  const progress = height >= 14 ? 2 : 1;
  const body = height - header - progress - 1;
  const none = { width, height, header, progress, chart: null, metrics: null, eye: null, time: null };
  if (width < SMALLEST.width || height < SMALLEST.height) return none;
  if (zoom) return { ...none, chart: { width, height: body } };

  const right = width >= 76 ? clamp(Math.round(width * 0.32), 26, 64) : 0;
  const left = width - right;
  // Five lines inside the border hold the five times; larger windows give more to the small charts.
  const bottom = body >= 17 ? clamp(Math.round(body * 0.36), 7, 20) : 0;
  const top = body - bottom;
  return {
    ...none,
    chart: { width: left, height: top },
    metrics: bottom > 0 ? { width: left, height: bottom } : null,
    eye: right > 0 && top >= 6 ? { width: right, height: top } : null,
    time: right > 0 && bottom > 0 ? { width: right, height: bottom } : null,
  };
}
