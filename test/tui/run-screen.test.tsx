import { render } from 'ink-testing-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { layoutRun } from '../../src/tui/model/layout.ts';
import { INITIAL_VIEW, pressKey, type ViewState } from '../../src/tui/model/keys.ts';
import { metricList } from '../../src/tui/model/metrics.ts';
import { Store } from '../../src/tui/model/store.ts';
import { RunWatcher } from '../../src/tui/model/watcher.ts';
import { filterRuns, INITIAL_LIST, runsFrame } from '../../src/tui/panes/runs.ts';
import { runFrame } from '../../src/tui/screens/frame.ts';
import { RunScreen } from '../../src/tui/screens/RunScreen.tsx';
import { pressListKey, RunsScreen } from '../../src/tui/screens/RunsScreen.tsx';
import { listRuns } from '../../src/runs/index.ts';
import { widthOf, withoutColors } from '../../src/tui/text/lines.ts';
import { createTheme, type ColorDepth } from '../../src/tui/text/theme.ts';
import { appendLines, fakeLines, fakeModel, fakeRun, FACTS } from './fixture.ts';
import { RunModel } from '../../src/tui/model/run.ts';
import { eventually, hidden, shown } from './shown.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-tui-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const theme = createTheme(1);
const frame = (
  width: number,
  height: number,
  view: Partial<ViewState> = {},
  depth: ColorDepth = 1,
  model = fakeModel(24_000),
) => runFrame(model, { ...INITIAL_VIEW, ...view }, width, height, createTheme(depth), { leave: 'leave' });

describe('the screen of a run', () => {
  test.each([
    [80, 24],
    [100, 30],
    [120, 40],
    [200, 60],
    [250, 70],
    [60, 16],
    [40, 12],
    [30, 8],
  ])('fills %d by %d exactly, in every colour depth', (width, height) => {
    for (const depth of [1, 4, 8, 24] as const) {
      const lines = frame(width, height, {}, depth);
      expect(lines).toHaveLength(height);
      expect(lines.map(widthOf)).toEqual(lines.map(() => width));
    }
  });

  test('shows what is trained, how far it is, how fast, and where the time goes, at 80 by 24', () => {
    const text = frame(80, 24).join('\n');
    for (const part of [
      'curlew  quickstart',
      '● learning',
      'control/PointMassEasy-v0 · sac-curl · seed 1 · native, 2 threads',
      '80%  24k of 30k agent steps · 96k environment steps',
      '164 environment steps/s',
      'elapsed 10:00 · 2:30 left',
      '╭─ Return 836 ± 56.9',
      "╭─ The agent's eye",
      'Contrastive accuracy',
      'updates     ███▊·  74%',
      '? help',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('gives way from the least to the most important pane', () => {
    const panes = (width: number, height: number) => {
      const { chart, metrics, eye, time } = layoutRun(width, height, false);
      return { chart: chart !== null, metrics: metrics !== null, eye: eye !== null, time: time !== null };
    };
    expect(panes(200, 60)).toEqual({ chart: true, metrics: true, eye: true, time: true });
    expect(panes(80, 24)).toEqual({ chart: true, metrics: true, eye: true, time: true });
    expect(panes(70, 24)).toEqual({ chart: true, metrics: true, eye: false, time: false });
    expect(panes(60, 16)).toEqual({ chart: true, metrics: false, eye: false, time: false });
    expect(panes(30, 8)).toEqual({ chart: false, metrics: false, eye: false, time: false });
    expect(layoutRun(80, 24, true).chart).toEqual({ width: 80, height: 19 });
  });

  test('panes cover the window without overlap', () => {
    for (let width = 40; width <= 250; width += 7) {
      for (let height = 12; height <= 70; height += 3) {
        const { header, progress, chart, metrics, eye, time } = layoutRun(width, height, false);
        expect(chart!.width + (eye?.width ?? 0)).toBe(width);
        expect(header + progress + chart!.height + (metrics?.height ?? 0) + 1).toBe(height);
        if (time) expect(metrics!.width + time.width).toBe(width);
      }
    }
  });

  test('without colours nothing but text is written', () => {
    // eslint-disable-next-line no-control-regex -- the point of the test
    expect(frame(120, 40, {}, 1).join('')).not.toMatch(/\x1b/);
    expect(withoutColors(frame(120, 40, { metric: 3 }, 24).join('\n'))).toContain('Critic loss');
  });

  test('a new run says what it waits for', () => {
    const text = frame(80, 24, {}, 1, new RunModel(FACTS)).join('\n');
    expect(text).toContain('● starting');
    expect(text).toContain('the first episode is under way');
    expect(text).toContain('no observation yet');
    expect(text).toContain('not measured yet');
  });

  test('a failed run says why, in one line and without steering the terminal', () => {
    const model = fakeModel(4000);
    model.status = { ...model.status, state: 'failed', reason: 'the loss is NaN at step 4000\x1b[2J' };
    const lines = frame(80, 24, {}, 1, model);
    expect(lines[0]).toContain('✗ failed');
    expect(lines[3]).toContain('the loss is NaN at step 4000 [2J');
  });

  test('axis, scale and smoothing show', () => {
    const text = frame(120, 40, { axis: 'env', log: true, smoothing: 0.9 }).join('\n');
    expect(text).toContain('log  smoothed 0.9');
    expect(text).toContain('environment steps');
    expect(frame(120, 40, { axis: 'time' }).join('\n')).toContain('8:20');
  });
});

describe('metrics', () => {
  test('known ones come first, unknown ones by name; the return is always there', () => {
    const ids = metricList(['zeta', 'loss.actor', 'kl.mean', 'loss.critic']).map(({ id }) => id);
    expect(ids).toEqual(['return', 'loss.critic', 'loss.actor', 'kl.mean', 'zeta']);
    expect(metricList(['kl.mean'])[1].title).toBe('Kl mean');
  });
});

describe('keys', () => {
  const press = (keys: string[], confirm = false) =>
    keys.reduce<ViewState>((view, key) => {
      const effect = pressKey(view, key, 5, confirm);
      return 'view' in effect ? effect.view : view;
    }, INITIAL_VIEW);

  test('cycle metrics, axes and smoothing', () => {
    expect(press(['tab', 'tab']).metric).toBe(2);
    expect(press(['shift-tab']).metric).toBe(4);
    expect(press(['3']).metric).toBe(2);
    expect(press(['9']).metric).toBe(0);
    expect(press(['x']).axis).toBe('env');
    expect(press(['x', 'x', 'x']).axis).toBe('agent');
    expect(press(['s']).smoothing).toBeGreaterThan(0);
    expect(press(['s', 's', 's', 's']).smoothing).toBe(0);
    expect(press(['y']).log).toBe(true);
  });

  test('q leaves a watched run at once and asks before it ends one of its own', () => {
    expect(pressKey(INITIAL_VIEW, 'q', 5, false)).toEqual({ leave: 'quit' });
    const asked = press(['q'], true);
    expect(asked.overlay).toBe('quit');
    expect(pressKey(asked, 'n', 5, true)).toEqual({ view: INITIAL_VIEW });
    expect(pressKey(asked, 'y', 5, true)).toEqual({ leave: 'quit' });
  });

  test('Esc goes back step by step', () => {
    expect(press(['?', 'escape']).overlay).toBe('none');
    expect(press(['z', 'escape']).zoom).toBe(false);
    expect(pressKey(INITIAL_VIEW, 'escape', 5, false)).toEqual({ leave: 'back' });
  });
});

describe('following a folder', () => {
  test('takes in what is appended and what the status says', () => {
    const folder = fakeRun(out, 4000, 'running', 7);
    const watcher = new RunWatcher(folder);
    expect(watcher.model.evaluations?.length).toBe(2);
    expect(watcher.model.facts).toMatchObject({
      env: 'control/PointMassEasy-v0',
      method: 'sac-curl',
      seed: 7,
      engine: 'wasm, 2 threads',
    });
    expect(watcher.poll()).toBe(false);
    appendLines(
      folder,
      fakeLines(6000, 7).filter(({ agentStep }) => agentStep > 4000),
    );
    expect(watcher.poll()).toBe(true);
    expect(watcher.model.evaluations?.length).toBe(3);
    expect(watcher.model.agentStep).toBe(6000);
  });

  test('refuses a folder that is no run, in one line', () => {
    expect(() => new RunWatcher(join(out, 'nowhere'))).toThrow(/nowhere/);
  });
});

describe('on the screen', () => {
  test('keys open and close help, and q leaves', async () => {
    const left: string[] = [];
    const watcher = new RunWatcher(fakeRun(out, 8000, 'finished', 8));
    const screen = render(
      <RunScreen
        {...{ watcher, theme }}
        trains={false}
        notice={new Store('')}
        onLeave={(how) => left.push(how)}
        onInterrupt={() => left.push('ctrl-c')}
      />,
    );
    await shown(screen, '✓ finished');
    screen.stdin.write('?');
    await shown(screen, 'next or previous metric');
    screen.stdin.write(' ');
    await hidden(screen, 'next or previous metric');
    screen.stdin.write('\x03');
    await eventually(() => expect(left).toEqual(['ctrl-c']));
    screen.stdin.write('q');
    await eventually(() => expect(left).toEqual(['ctrl-c', 'quit']));
    screen.unmount();
  });

  test('keys that arrive together all count', async () => {
    const watcher = new RunWatcher(fakeRun(out, 8000, 'finished', 9));
    const screen = render(
      <RunScreen
        {...{ watcher, theme }}
        trains={false}
        notice={new Store('')}
        onLeave={() => {}}
        onInterrupt={() => {}}
      />,
    );
    await shown(screen, '✓ finished');
    screen.stdin.write('ysx');
    await shown(screen, 'log  smoothed 0.6');
    await shown(screen, 'environment steps');
    screen.unmount();
  });

  test('a notice stands in place of the keys', async () => {
    const notice = new Store('');
    const watcher = new RunWatcher(fakeRun(out, 8000, 'running', 10));
    const screen = render(
      <RunScreen {...{ watcher, theme, notice }} trains onLeave={() => {}} onInterrupt={() => {}} />,
    );
    await shown(screen, '● learning');
    screen.stdin.write('q');
    await shown(screen, 'Save and end this run?');
    screen.stdin.write('n');
    notice.set('saving');
    await eventually(() => expect(screen.lastFrame()?.trimEnd().split('\n').at(-1)).toContain('saving'));
    screen.unmount();
  });
});

describe('the list of runs', () => {
  test('shows state, steps and return; the filter takes words in any order', () => {
    const runs = listRuns(out);
    const lines = runsFrame(runs, INITIAL_LIST, out, 100, 20, theme);
    expect(lines.map(widthOf)).toEqual(lines.map(() => 100));
    expect(lines.join('\n')).toContain('✓ finished');
    expect(filterRuns(runs, 's8 finished')).toHaveLength(1);
    expect(filterRuns(runs, 'finished nothing-like-this')).toHaveLength(0);
  });

  test('its keys choose, filter, open and leave', () => {
    const runs = listRuns(out);
    const start = INITIAL_LIST;
    expect(pressListKey(start, 'down', runs).view.selected).toBe(1);
    expect(pressListKey(start, 'up', runs).view.selected).toBe(0);
    expect(pressListKey(start, 'enter', runs).open).toBe(runs[0]);
    const typing = pressListKey(start, '/', runs).view;
    expect(pressListKey(typing, 'q', runs).view.filter).toBe('q');
    expect(pressListKey({ ...typing, filter: 'q' }, 'escape', runs).view).toEqual(start);
    expect(pressListKey(start, 'q', runs).leave).toBe(true);
  });

  test('Enter opens the chosen run and Esc comes back', async () => {
    const screen = render(
      <RunsScreen folder={out} theme={theme} onLeave={() => {}} onInterrupt={() => {}} />,
    );
    await shown(screen, '╭─ Runs');
    screen.stdin.write('\r');
    await shown(screen, '╭─ Return');
    screen.stdin.write('\x1b');
    await shown(screen, '╭─ Runs');
    screen.unmount();
  });
});
