import { render } from 'ink-testing-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEpisodes, readEpisode, writeEpisode } from '../../src/runs/index.ts';
import { advance, firstView, pressPlayerKey, tracesOf, type PlayerView } from '../../src/tui/model/player.ts';
import { playerFrame } from '../../src/tui/panes/player.ts';
import { PlayerScreen } from '../../src/tui/screens/PlayerScreen.tsx';
import { widthOf } from '../../src/tui/text/lines.ts';
import { createTheme } from '../../src/tui/text/theme.ts';
import { fakePicture } from './fixture.ts';
import { eventually, shown } from './shown.ts';

const run = mkdtempSync(join(tmpdir(), 'curlew-player-'));
const theme = createTheme(1);
const FRAMES = 30;

beforeAll(() => {
  for (const step of [1000, 2000]) {
    const pictures = Array.from({ length: FRAMES }, (_, i) => ({
      width: 32,
      height: 32,
      data: fakePicture(32, i / FRAMES),
    }));
    const rewards = Array.from({ length: 2 * FRAMES }, () => 0.5);
    const traces = { value: rewards.map((_, i) => 30 - i / 2), entropy: rewards.map(() => 1.5) };
    const trace = { version: 1, agentStep: step, every: 2, rewards, traces } as const;
    writeEpisode(run, `eval-${step}`, { pictures, fps: 10, trace });
  }
});
afterAll(() => rmSync(run, { recursive: true, force: true }));

const press = (view: PlayerView, key: string) => {
  const effect = pressPlayerKey(view, key, 2, FRAMES);
  return 'view' in effect ? effect.view : effect.leave;
};

describe('the keys of the player', () => {
  const start = () => firstView(listEpisodes(run));

  test('it starts with the newest episode and stops at its end', () => {
    expect(start()).toMatchObject({ episode: 1, frame: 0, playing: true });
    let view = start();
    for (let i = 0; i < FRAMES; i++) view = advance(view, FRAMES);
    expect(view).toMatchObject({ frame: FRAMES - 1, playing: false });
    expect(press(view, ' ')).toMatchObject({ frame: 0, playing: true });
  });

  test('stepping pauses; episodes and speeds have ends', () => {
    expect(press(start(), 'right')).toMatchObject({ frame: 1, playing: false });
    expect(press(start(), 'left')).toMatchObject({ frame: 0 });
    expect(press(start(), '$')).toMatchObject({ frame: FRAMES - 1 });
    expect(press(start(), 'down')).toMatchObject({ episode: 1, playing: true });
    expect(press(start(), 'k')).toMatchObject({ episode: 0, frame: 0 });
    expect(press({ ...start(), speed: 4 }, '+')).toMatchObject({ speed: 4 });
    expect(press(start(), '-')).toMatchObject({ speed: 0.5 });
    expect(press(start(), 'escape')).toBe('back');
  });
});

test('curves: the return adds up, what the agent thought is as recorded', () => {
  const traces = Object.fromEntries(tracesOf(readEpisode(listEpisodes(run)[0])));
  expect(Object.keys(traces)).toEqual(['return', 'value', 'entropy', 'reward']);
  expect(traces.return.at(-1)).toBe(FRAMES);
});

test.each([
  [80, 24],
  [60, 16],
  [250, 70],
])('the player fills %d by %d exactly', (width, height) => {
  const episodes = listEpisodes(run);
  const view = { ...firstView(episodes), frame: 10 };
  for (const episode of [readEpisode(episodes[1]), undefined]) {
    const lines = playerFrame('run', episodes, episode, view, '', width, height, theme);
    expect(lines).toHaveLength(height);
    expect(lines.map(widthOf)).toEqual(lines.map(() => width));
  }
});

test('plays by itself, pauses and leaves', async () => {
  const left: string[] = [];
  const screen = render(
    <PlayerScreen
      folder={run}
      title="run"
      theme={theme}
      onLeave={(how) => left.push(how)}
      onInterrupt={() => {}}
    />,
  );
  await shown(screen, /eval-2000/);
  await shown(screen, /step [1-9]/);
  screen.stdin.write(' ');
  await shown(screen, /Space play/);
  screen.stdin.write('0');
  await shown(screen, /step 0$/m);
  screen.stdin.write('k');
  await shown(screen, /eval-1000/);
  screen.stdin.write('\x1b');
  await eventually(() => expect(left).toEqual(['back']));
  screen.unmount();
});
