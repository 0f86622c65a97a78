import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listRuns } from '../../src/runs/index.ts';
import { fakeRun } from './fixture.ts';
import { ROOT, Terminal, tmuxMissing } from './tmux.ts';

const missing = tmuxMissing();
const out = mkdtempSync(join(tmpdir(), 'curlew-terminal-'));
let folder = '';
let terminal: Terminal | undefined;

beforeAll(() => {
  folder = fakeRun(out, 24_000);
});
afterEach(() => terminal?.close());
afterAll(() => rmSync(out, { recursive: true, force: true }));

const left = (screen: string) => /^exit \d+/m.test(screen);

// What a real terminal shows. Skipped where tmux is missing: nothing else here can play a terminal.
describe.skipIf(missing !== undefined)(`in a terminal${missing ? ` (${missing})` : ''}`, () => {
  test('a run is shown, resized, explained and left with the terminal as before', async () => {
    terminal = new Terminal(80, 24);
    terminal.run('echo before');
    await terminal.until((text) => /^before/m.test(text), 'the shell');
    terminal.curlew(`watch ${folder}`);
    const screen = await terminal.until(
      (text) => text.includes('? help  q leave'),
      'the run to its last line',
    );
    expect(terminal.alternate()).toBe(true);
    expect(terminal.cursorVisible()).toBe(false);
    expect(screen).toContain('curlew  quickstart');
    expect(screen).toContain('╭─ Return');
    expect(screen).toContain('Where the time goes');
    expect(screen).toMatch(/[⠁-⣿]/);

    terminal.resize(140, 44);
    await terminal.until((text) => text.includes('random policy'), 'the wider chart');
    terminal.resize(60, 18);
    await terminal.until(
      (text) => /^ curlew {2}quickstart +✓ finished *\n/.test(text) && !text.includes("agent's eye"),
      'the narrow screen',
    );
    terminal.resize(100, 30);
    await terminal.until((text) => text.includes("agent's eye"), 'the wide screen again');

    terminal.press('?');
    await terminal.until((text) => text.includes('╭─ Help'), 'the help');
    terminal.press('Escape');
    await terminal.until((text) => !text.includes('╭─ Help'), 'the help closed');
    terminal.press('Tab');
    await terminal.until((text) => text.includes('╭─ Contrastive accuracy'), 'the next metric');

    terminal.press('q');
    const after = await terminal.until(left, 'the shell again');
    expect(terminal.alternate()).toBe(false);
    expect(terminal.cursorVisible()).toBe(true);
    expect(after).toMatch(/^before/m);
    expect(after).toContain('exit 0');
    expect(after).not.toContain('╭');
  });

  test('Ctrl-C leaves with status 130 and the terminal as before', async () => {
    terminal = new Terminal(80, 24);
    terminal.curlew(`watch ${out}`);
    await terminal.until((text) => text.includes('╭─ Runs'), 'the list');
    terminal.press('Enter');
    await terminal.until((text) => text.includes('╭─ Return'), 'the run');
    terminal.press('Escape');
    await terminal.until((text) => text.includes('╭─ Runs'), 'the list again');
    terminal.press('C-c');
    const after = await terminal.until(left, 'the shell again');
    expect(after).toContain('exit 130');
    expect(terminal.alternate()).toBe(false);
    // Keys are echoed again: raw mode is over.
    terminal.press('x', 'y', 'z');
    await terminal.until((text) => text.includes('xyz'), 'typed keys');
  });

  test('Ctrl-C during a training saves it, says how to go on, and leaves with status 130', async () => {
    terminal = new Terminal(100, 30);
    const settings =
      'env.size=32 agent.hidden=16 backbone.filters=4 train.batchSize=4 evaluation.every=50000';
    const set = settings.split(' ').map((setting) => `--set ${setting}`);
    const command = `train --env control/CartpoleSwingup-v0 --steps 50000 --out ${out}/live ${set.join(' ')}`;
    terminal.run(`cd ${out}; clear`);
    terminal.curlew(`${command} --engine wasm --threads 1`);
    // A slow terminal may not show the random steps any more.
    await terminal.until((text) => /acting at random|● learning/.test(text), 'the training', 60);
    terminal.press('q');
    await terminal.until((text) => text.includes('Save and end this run?'), 'the question');
    terminal.press('n');
    await terminal.until((text) => !text.includes('Save and end this run?'), 'the question withdrawn');
    terminal.press('C-c');
    const after = await terminal.until(left, 'the shell again', 60);
    expect(after).toContain('exit 130');
    expect(after).toContain('‖ interrupted experiment at ');
    expect(after.replaceAll('\n', '')).toContain('train --resume');
    expect(terminal.alternate()).toBe(false);
    expect(listRuns(join(out, 'live')).map(({ status }) => status.state)).toEqual(['interrupted']);
  });

  test.each(['timer', 'drawing'])(
    'an error in the screen (%s) is one line, with the terminal as before',
    async (how) => {
      terminal = new Terminal(100, 30);
      terminal.run(`cd ${ROOT}; clear; node --import tsx test/tui/broken-screen.tsx ${how}; echo "exit $?"`);
      await terminal.until((text) => text.includes('whole so far'), 'the screen');
      terminal.press('b');
      const after = await terminal.until(left, 'the shell again');
      expect(after).toMatch(/^error: unexpected: broken (in a timer|while drawing); details in /m);
      expect(after).toContain('exit 1');
      expect(after).not.toContain('whole so far');
      expect(terminal.alternate()).toBe(false);
      expect(terminal.cursorVisible()).toBe(true);
    },
  );

  test('NO_COLOR leaves the screen without colours', async () => {
    terminal = new Terminal(100, 30, { NO_COLOR: '1' });
    terminal.curlew(`watch ${folder}`);
    await terminal.until((text) => text.includes('Where the time goes'), 'the run');
    // eslint-disable-next-line no-control-regex -- the point of the test
    expect(terminal.screen(true)).not.toMatch(/\x1b\[[\d;]*m/);
  });

  test('large, in truecolor and in 16 colours; ended by signals; plain where asked', async () => {
    terminal = new Terminal(250, 70, { COLORTERM: 'truecolor' });
    const pid = join(out, 'pid');
    // A prompt that is still on its line: the screen begins at its first cell all the same.
    const start = (env: string, args: string) =>
      terminal!.run(
        `clear; printf ab; ${env} sh -c 'echo $$ > ${pid}; exec node ${ROOT}/bin/curlew.js ${args}'; printf '\\nexit %s\\n' $?`,
      );
    const ended = async (signal: NodeJS.Signals) => {
      process.kill(Number(readFileSync(pid, 'utf8')), signal);
      const after = await terminal!.until(left, 'the shell again');
      expect(after).toMatch(/^ab\nexit 130/m);
      expect(terminal!.alternate()).toBe(false);
      expect(terminal!.cursorVisible()).toBe(true);
    };

    start('', `watch ${folder}`);
    const lineOf = (text: string, row: number) => text.split('\n')[row] ?? '';
    await terminal.until(
      (text) =>
        text.includes('Where the time goes') &&
        /^ curlew {2}quickstart +✓ finished *$/.test(lineOf(text, 0)) &&
        /^ \? help .* agent steps *$/.test(lineOf(text, 69)),
      'the run from the first line to the last',
    );
    expect(terminal.screen(true)).toMatch(/\[38;2;\d+;\d+;\d+m/);
    await ended('SIGTERM');
    terminal.press('x', 'y', 'z');
    await terminal.until((text) => text.includes('xyz'), 'typed keys');
    terminal.press('C-u');

    start('env -u TMUX -u CI -u COLORTERM TERM=linux', `watch ${out}/quickstart`);
    await terminal.until((text) => text.includes('1 of 1, 0 running'), 'the list');
    const basic = terminal.screen(true);
    expect(basic).not.toMatch(/\[[34]8;/);
    expect(basic).toContain('\x1b[36m');
    await ended('SIGINT');

    start('', `watch ${out}/quickstart --plain`);
    // The shell may still show how the one before ended.
    const plain = await terminal.until((text) => /^exit 0/m.test(text), 'the list as text');
    expect(terminal.alternate()).toBe(false);
    expect(plain).toMatch(/^finished +24k\/30k +\d+ +10:00 /m);
  });
});
