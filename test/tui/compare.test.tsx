import { render } from 'ink-testing-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRuns, type RunSummary } from '../../src/runs/index.ts';
import { Comparison } from '../../src/tui/model/comparison.ts';
import { INITIAL_COMPARE, pressCompareKey } from '../../src/tui/model/compare-keys.ts';
import { meanAndInterval } from '../../src/base/index.ts';
import { meanCurve } from '../../src/tui/model/curves.ts';
import { comparisonFrame } from '../../src/tui/panes/comparison.ts';
import { comparedRuns, INITIAL_LIST, listedRuns } from '../../src/tui/panes/runs.ts';
import { pressListKey, RunsScreen } from '../../src/tui/screens/RunsScreen.tsx';
import { widthOf } from '../../src/tui/text/lines.ts';
import { createTheme } from '../../src/tui/text/theme.ts';
import { fakeRun } from './fixture.ts';
import { shown } from './shown.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-compare-'));
const theme = createTheme(1);
let runs: RunSummary[] = [];

beforeAll(() => {
  for (const [seed, steps] of [
    [1, 24_000],
    [2, 24_000],
    [3, 12_000],
  ] as const) {
    fakeRun(out, steps, 'finished', seed);
  }
  runs = listRuns(out);
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('mean over seeds', () => {
  test("the interval is Student's", () => {
    // 4.303 (t at 0.975 with two degrees of freedom) times 1 / sqrt(3).
    const { mean, half } = meanAndInterval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(half).toBeCloseTo(2.484, 3);
    expect(meanAndInterval([5]).half).toBeNaN();
  });

  test('stands over the runs that have come so far, between their points in a straight line', () => {
    const { points, band } = meanCurve([
      [
        { x: 0, y: 0 },
        { x: 10, y: 10 },
        { x: 20, y: 20 },
      ],
      [
        { x: 0, y: 2 },
        { x: 10, y: 12 },
      ],
      [
        { x: 5, y: 7 },
        { x: 15, y: 17 },
      ],
    ]);
    expect(points.map(({ x }) => x)).toEqual([0, 5, 10, 15, 20]);
    const means = [1, 19 / 3, 34 / 3, 16, 20];
    for (const [i, { y }] of points.entries()) expect(y).toBeCloseTo(means[i], 12);
    expect(band.map(({ x }) => x)).toEqual([0, 5, 10, 15]);
  });
});

describe('the list of runs', () => {
  test('sorts by any column, both ways', () => {
    const seeds = (view: object) =>
      listedRuns(runs, { ...INITIAL_LIST, ...view }).map(({ status }) => status.seed);
    expect(seeds({ sort: 'run' })).toEqual([1, 2, 3]);
    expect(seeds({ sort: 'run', reverse: true })).toEqual([3, 2, 1]);
    expect(seeds({ sort: 'steps' }).at(-1)).toBe(3);
    expect(seeds({ sort: 'return', reverse: true })[0]).toBe(3);
  });

  test('marks runs for a comparison; without marks all that are shown are compared', () => {
    const marked = pressListKey({ ...INITIAL_LIST, sort: 'run' }, ' ', runs).view;
    expect(marked.selected).toBe(1);
    expect(comparedRuns(runs, marked).map(({ status }) => status.seed)).toEqual([1]);
    expect(pressListKey(INITIAL_LIST, 'c', runs).compare).toHaveLength(3);
    const all = pressListKey(INITIAL_LIST, 'a', runs).view;
    expect(all.marked.size).toBe(3);
    expect(pressListKey(all, 'a', runs).view.marked.size).toBe(0);
  });
});

describe('the comparison', () => {
  const read = (comparison: Comparison) => {
    while (comparison.progress.read < comparison.progress.runs) comparison.poll();
    return comparison;
  };
  const options = { axis: 'env', smoothing: 0, grouped: true } as const;

  test('joins the seeds of a method into one curve with its interval', () => {
    const comparison = read(new Comparison(runs));
    const [curve, ...others] = comparison.curves('return', options);
    expect(others).toEqual([]);
    expect(curve.runs).toBe(3);
    expect(curve.name).not.toMatch(/-s\d-/);
    expect(curve.points.at(-1)!.x).toBe(96_000);
    const finals = comparison.curves('return', { ...options, grouped: false }).map(({ last }) => last);
    expect(curve.last).toBeCloseTo(finals.reduce((sum, value) => sum + value, 0) / 3, 10);
    expect(curve.band!.every(({ low, high }) => low <= high)).toBe(true);
  });

  test('offers every metric of the runs', () => {
    const ids = read(new Comparison(runs)).metrics.map(({ id }) => id);
    expect(ids[0]).toBe('return');
    expect(ids).toContain('contrastive.accuracy');
  });

  test.each([
    [80, 24],
    [250, 70],
  ])('fills %d by %d exactly', (width, height) => {
    const comparison = read(new Comparison(runs));
    for (const grouped of [true, false]) {
      const view = { ...INITIAL_COMPARE, grouped };
      const curves = comparison.curves('return', view);
      const { metrics, progress } = comparison;
      const lines = comparisonFrame({ curves, metrics, view, progress }, width, height, theme);
      expect(lines).toHaveLength(height);
      expect(lines.map(widthOf)).toEqual(lines.map(() => width));
      expect(lines.join('\n')).toContain(grouped ? '± ' : 'sac-curl-point-mass-easy-s3-');
    }
  });

  test('its keys go round the metrics, choose curves and leave', () => {
    const press = (view: typeof INITIAL_COMPARE, key: string) => {
      const effect = pressCompareKey(view, key, 3, 2);
      return 'view' in effect ? effect.view : effect.leave;
    };
    expect(press(INITIAL_COMPARE, 'shift-tab')).toMatchObject({ metric: 2 });
    expect(press(INITIAL_COMPARE, 'j')).toMatchObject({ selected: 1 });
    expect(press({ ...INITIAL_COMPARE, selected: 1 }, 'down')).toMatchObject({ selected: 1 });
    expect(press({ ...INITIAL_COMPARE, solo: true }, 'escape')).toMatchObject({ solo: false });
    expect(press(INITIAL_COMPARE, 'escape')).toBe('back');
  });

  test('opens from the list with c and comes back with Esc', async () => {
    const screen = render(
      <RunsScreen folder={out} theme={theme} onLeave={() => {}} onInterrupt={() => {}} />,
    );
    await shown(screen, '3 of 3');
    screen.stdin.write('c');
    await shown(screen, '╭─ Methods');
    await shown(screen, '± ');
    screen.stdin.write('g');
    await shown(screen, '╭─ Runs');
    screen.stdin.write('\x1b');
    await shown(screen, '3 of 3');
    screen.unmount();
  });
});
