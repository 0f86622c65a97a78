import { afterEach, describe, expect, test } from 'vitest';
import { HumanGame } from '../../src/cli/playing/human-game.ts';
import { humanLines } from '../../src/cli/playing/human-view.ts';
import { keysIn } from '../../src/cli/playing/raw-terminal.ts';
import { listEnvs } from '../../src/envs/index.ts';
import { widthOf } from '../../src/tui/index.ts';
import { Terminal, tmuxMissing } from '../tui/tmux.ts';
import { curlew } from './spawn.ts';

const games = listEnvs().flatMap(({ id }) => (id.startsWith('arcade/') ? [id] : []));

describe('keys', () => {
  test('arrows in both of their forms, letters, several at once', () => {
    expect(keysIn('\x1b[A\x1b[D\x1bOC\x1bOBq \x03H')).toEqual([
      'up',
      'left',
      'right',
      'down',
      'q',
      'space',
      'interrupt',
      'h',
    ]);
    // Other keys of a terminal mean nothing, and no part of them does.
    expect(keysIn('\x1b[3~\x1b[1;5Z\x1bOP')).toEqual([]);
  });
});

describe('a game by hand', () => {
  test.each(games)('%s can be played, paused, lost and begun anew', async (id) => {
    const game = await HumanGame.create(id, 3);
    try {
      const words = game.buttons.filter((button) => button !== 'noop');
      for (const word of words) expect(game.press(word === 'fire' ? 'space' : word)).toBe(true);
      expect(game.press('x')).toBe(false);
      const before = game.picture(84).data;
      for (let i = 0; i < 12; i++) game.tick();
      expect(game.picture(84).data).not.toEqual(before);
      game.press('p');
      const still = game.picture(84).data;
      game.tick();
      expect(game.picture(84).data).toEqual(still);
      game.press('p');
      for (let i = 0; i < 5000 && !game.over; i++) game.tick();
      expect(game.over).toBe(true);
      expect(game.best).toBe(game.score);
      game.press('r');
      expect([game.over, game.score]).toEqual([false, 0]);
    } finally {
      game.close();
    }
  });

  test.each(games)('%s fits 80 x 24 and other terminals, with colours and without', async (id) => {
    const game = await HumanGame.create(id, 0);
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [40, 30],
      [21, 13],
    ]) {
      for (const depth of ['truecolor', '256', 'none'] as const) {
        const lines = humanLines(game, columns, rows, depth);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        if (rows === 24) expect([lines.length, lines[0].slice(0, id.length)]).toEqual([24, id]);
      }
    }
    expect(humanLines(game, 80, 8, 'none')).toEqual([expect.stringContaining('too small')]);
    game.close();
  });

  test('a held direction lasts some frames, and a shot does not end it', async () => {
    const game = await HumanGame.create('arcade/SpaceInvaders-v0', 1);
    const still = await HumanGame.create('arcade/SpaceInvaders-v0', 1);
    const cannon = (one: HumanGame) => Buffer.from(one.picture(84).data.slice(70 * 84 * 3)).toString('hex');
    game.press('left');
    game.press('space');
    for (let i = 0; i < 4; i++) {
      game.tick();
      still.tick();
    }
    expect(cannon(game)).not.toBe(cannon(still));
    game.close();
    still.close();
  });

  test('what has no buttons is refused in one line, and so is a pipe', async () => {
    await expect(HumanGame.create('control/CheetahRun-v0', 0)).rejects.toThrow('has no buttons');
    const piped = await curlew(['play', '--human', 'arcade/Pong-v0']);
    expect([piped.code, piped.stderr]).toEqual([2, expect.stringMatching(/^error: .*needs a terminal.*\n$/)]);
    const neither = await curlew(['play']);
    expect([neither.code, neither.stderr]).toEqual([2, expect.stringMatching(/--human/)]);
  });
});

const missing = tmuxMissing();
describe.skipIf(missing !== undefined)(`in a terminal${missing ? ` (${missing})` : ''}`, () => {
  let terminal: Terminal;
  afterEach(() => terminal.close());
  const left = (screen: string) => /^exit \d+/m.test(screen);

  test('a person plays Breakout at 80 x 24 and gets the terminal back', async () => {
    terminal = new Terminal(80, 24);
    terminal.run('echo before');
    await terminal.until((text) => /^before/m.test(text), 'the shell');
    terminal.curlew('play --human arcade/Breakout-v0');
    const keys = '←→ or hl move  p pause  r restart  q quit';
    const first = await terminal.until((text) => text.includes(keys), 'the game', 60);
    expect(first).toMatch(/^arcade\/Breakout-v0 {2}score \d+ {2}lives/);
    expect([terminal.alternate(), terminal.cursorVisible()]).toEqual([true, false]);
    expect(terminal.screen()).toContain('▀');
    terminal.press('Left');
    terminal.press('p');
    await terminal.until((text) => text.includes('PAUSED'), 'the pause');
    terminal.resize(100, 40);
    await terminal.until((text) => text.trimEnd().split('\n').length === 40, 'the larger picture');
    terminal.press('p');
    await terminal.until((text) => !text.includes('PAUSED'), 'the game going on');
    terminal.press('q');
    const after = await terminal.until(left, 'the shell again');
    expect([terminal.alternate(), terminal.cursorVisible()]).toEqual([false, true]);
    expect(after).toMatch(/^before/m);
    expect(after).toMatch(/score .* best/);
    expect(after).toContain('exit 0');
  });

  test('interrupted or told to end, it leaves the terminal as it was; characters alone play too', async () => {
    terminal = new Terminal(80, 24);
    terminal.curlew('play --human arcade/Pong-v0 --ansi');
    await terminal.until((text) => text.includes('arcade/Pong-v0  score'), 'the game', 60);
    expect(terminal.screen()).not.toContain('▀');
    terminal.press('C-c');
    await terminal.until((text) => text.includes('exit 130'), 'the shell again');
    expect([terminal.alternate(), terminal.cursorVisible()]).toEqual([false, true]);
  });
});
