import { render } from 'ink-testing-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cellsOf, parseSuite, type CellProgress } from '../../src/bench/index.ts';
import { Store } from '../../src/tui/model/store.ts';
import { INITIAL_SUITE, pressSuiteKey, suiteGrid, type SuiteView } from '../../src/tui/model/suite.ts';
import { suiteFrame } from '../../src/tui/panes/suite.ts';
import { SuiteScreen } from '../../src/tui/screens/SuiteScreen.tsx';
import { widthOf } from '../../src/tui/text/lines.ts';
import { createTheme } from '../../src/tui/text/theme.ts';
import { fakeRun } from './fixture.ts';
import { eventually, shown } from './shown.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-suite-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const theme = createTheme(1);

const SUITE = `
name: two
budget: 4000
seeds: 3
evaluation: { every: 2000, episodes: 2 }
environments:
  - { id: control/PointMassEasy-v0, actionRepeat: 4 }
  - { id: control/CartpoleSwingup-v0, actionRepeat: 8 }
methods:
  - { id: sac, encoder: none }
  - { id: curl, encoder: curl }
`;

/** A suite of twelve runs, one of each state. */
function progress(): CellProgress[] {
  const states: CellProgress['state'][] = ['finished', 'running', 'failed', 'interrupted'];
  const cells = cellsOf(parseSuite(SUITE, 'two.yaml')).sort((a, b) => (a.key < b.key ? -1 : 1));
  return cells.map((cell, i) => {
    const state = states[i] ?? 'waiting';
    const totalSteps = cell.experiment.steps;
    const agentStep = state === 'finished' ? totalSteps : state === 'waiting' ? 0 : totalSteps / 2;
    const reason = state === 'failed' ? 'the loss is NaN' : null;
    const score = state === 'finished' ? 812 : null;
    const folder = state === 'waiting' ? null : join(out, `run${i}`);
    return {
      cell,
      state,
      folder,
      agentStep,
      totalSteps,
      score,
      wallSeconds: agentStep / 10,
      reason,
      failures: 0,
    };
  });
}

describe('the grid of a suite', () => {
  const grid = suiteGrid(progress(), 2);

  test('has a row for each method and environment, a column for each seed', () => {
    expect(grid.seeds).toEqual([1, 2, 3]);
    expect(grid.rows.map(({ method, env }) => `${method} ${env}`)).toHaveLength(4);
    expect(grid.counts).toEqual({ finished: 1, running: 1, failed: 1, interrupted: 1, waiting: 8 });
    expect(grid.rows[0].score).toBe(812);
    expect(grid.rows[3].score).toBeNaN();
    expect(grid.fraction).toBeGreaterThan(0);
    expect(grid.fraction).toBeLessThan(1);
  });

  test.each([
    [80, 24],
    [250, 70],
  ])('fills %d by %d exactly and says why a run failed', (width, height) => {
    const view = { ...INITIAL_SUITE, column: 2 };
    const lines = suiteFrame({ title: 'two', grid, view, jobs: 2, notice: '' }, width, height, theme);
    expect(lines).toHaveLength(height);
    expect(lines.map(widthOf)).toEqual(lines.map(() => width));
    const text = lines.join('\n');
    for (const part of ['✓ 812', '▸ 50%', '✗ failed', 'the loss is NaN', '1 finished', '2 at a time']) {
      expect(text).toContain(part);
    }
  });

  test('its keys choose a run, open it, and ask before the suite ends', () => {
    const press = (view: SuiteView, key: string) => {
      const effect = pressSuiteKey(view, key, grid, true);
      return 'view' in effect ? effect.view : effect;
    };
    expect(press(INITIAL_SUITE, 'down')).toMatchObject({ row: 1 });
    expect(press(INITIAL_SUITE, 'l')).toMatchObject({ column: 1 });
    expect(press({ ...INITIAL_SUITE, row: 3 }, 'j')).toMatchObject({ row: 3 });
    expect(press(INITIAL_SUITE, 'enter')).toEqual({ open: true });
    const asked = press(INITIAL_SUITE, 'q') as SuiteView;
    expect(asked.overlay).toBe('quit');
    expect(press(asked, 'n')).toMatchObject({ overlay: 'none' });
    expect(press(asked, 'y')).toEqual({ leave: true });
  });
});

test('a run opens over the grid and closes to it; q asks first', async () => {
  const folder = fakeRun(out, 8000);
  const all = progress();
  all[0] = { ...all[0], folder };
  const left: string[] = [];
  const screen = render(
    <SuiteScreen
      title="two"
      progress={() => all}
      jobs={2}
      notice={new Store('')}
      theme={theme}
      onLeave={() => left.push('left')}
      onInterrupt={() => {}}
    />,
  );
  await shown(screen, '╭─ Runs');
  screen.stdin.write('\r');
  await shown(screen, '╭─ Return');
  screen.stdin.write('q');
  await shown(screen, '╭─ Runs');
  screen.stdin.write('q');
  await shown(screen, 'Save and end all runs?');
  screen.stdin.write('y');
  await eventually(() => expect(left).toEqual(['left']));
  screen.unmount();
});
