import { render } from 'ink-testing-library';
import { describe, expect, test } from 'vitest';
import { pressLauncherKey, type LauncherChoice, type LauncherView } from '../../src/tui/model/launcher.ts';
import { launcherFrame } from '../../src/tui/panes/launcher.ts';
import { LauncherScreen } from '../../src/tui/screens/LauncherScreen.tsx';
import { widthOf } from '../../src/tui/text/lines.ts';
import { createTheme } from '../../src/tui/text/theme.ts';
import { eventually, hidden, settled, shown } from './shown.ts';

const theme = createTheme(1);
const item = (id: string) => ({ id, description: `about ${id}` });
const lists = {
  environments: ['control/CartpoleSwingup-v0', 'arcade/Pong-v0', 'arcade/Catch-v0'].map(item),
  agents: ['sac', 'ppo'].map(item),
  encoders: ['curl', 'none'].map(item),
};
const initial: LauncherChoice = {
  env: 'arcade/Pong-v0',
  agent: 'sac',
  encoder: 'curl',
  seed: '1',
  steps: '',
};
const start: LauncherView = { field: 'env', choice: initial, search: '', scroll: 0 };

/** The view after some keys. */
function press(view: LauncherView, ...keys: string[]): LauncherView {
  return keys.reduce((now, key) => {
    const effect = pressLauncherKey(now, key, lists);
    if (!('view' in effect)) throw new Error(`${key} leaves the launcher`);
    return effect.view;
  }, view);
}

describe('the keys of the launcher', () => {
  test('arrows go through the list that the search leaves', () => {
    expect(press(start, 'down').choice.env).toBe('arcade/Catch-v0');
    expect(press(start, 'down', 'down').choice.env).toBe('arcade/Catch-v0');
    const searched = press(start, ...'arcade cat');
    expect(searched.choice.env).toBe('arcade/Catch-v0');
    expect(press(searched, 'up').choice.env).toBe('arcade/Catch-v0');
    expect(press(searched, 'escape').search).toBe('');
    expect(press(start, ...'nothing').choice.env).toBe('arcade/Pong-v0');
  });

  test('numbers take digits alone', () => {
    const steps = press({ ...start, field: 'steps' }, '5', 'x', '0', '0', 'backspace');
    expect(steps.choice.steps).toBe('50');
  });

  test('Enter goes on to the start, Esc leaves', () => {
    const last = press(start, 'enter', 'enter', 'enter', 'enter', 'enter');
    expect(last.field).toBe('start');
    expect(pressLauncherKey(last, 'enter', lists)).toEqual({ start: initial });
    expect(pressLauncherKey(start, 'escape', lists)).toEqual({ leave: true });
    expect(press(start, 'shift-tab').field).toBe('start');
  });
});

test.each([
  [80, 24],
  [250, 70],
])('the launcher fills %d by %d exactly', (width, height) => {
  for (const preview of [{ yaml: 'seed: 1\n'.repeat(60) }, { problem: 'agent.id: unknown' }]) {
    const lines = launcherFrame(start, lists, preview, width, height, theme);
    expect(lines).toHaveLength(height);
    expect(lines.map(widthOf)).toEqual(lines.map(() => width));
    expect(lines.join('\n')).toContain('arcade/Catch-v0');
  }
});

test('a choice that cannot be trained is not started, and says why', async () => {
  const started: LauncherChoice[] = [];
  const screen = render(
    <LauncherScreen
      {...{ lists, initial, theme }}
      resolve={({ agent }) =>
        agent === 'sac' ? { problem: 'sac acts in continuous spaces' } : { yaml: 'seed: 1' }
      }
      onStart={(choice) => started.push(choice)}
      onLeave={() => {}}
      onInterrupt={() => {}}
    />,
  );
  await shown(screen, 'sac acts in continuous spaces');
  screen.stdin.write('\r\r\r\r\r\r');
  await settled();
  expect(screen.lastFrame()).toContain('sac acts in continuous spaces');
  expect(started).toEqual([]);
  // To the field of the agent, the next one, and back to the start.
  screen.stdin.write('\t\t');
  await settled();
  screen.stdin.write('ppo');
  await hidden(screen, 'sac acts in continuous spaces');
  screen.stdin.write('\r\r\r\r\r');
  await eventually(() => expect(started).toEqual([{ ...initial, agent: 'ppo' }]));
  screen.unmount();
});
