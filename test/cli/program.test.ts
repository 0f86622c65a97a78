import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { isInteractive } from '../../src/cli/invocation.ts';
import { columns } from '../../src/cli/output.ts';
import { PlainReporter } from '../../src/cli/training/plain.ts';
import { summaryLines } from '../../src/cli/training/summary.ts';
import { beside } from '../../src/cli/playing/film.ts';
import { createTheme } from '../../src/tui/index.ts';
import { fakeLines, fakeRun } from '../tui/fixture.ts';
import { curlew } from './spawn.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-cli-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs a command in this process and catches what it prints. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
  const code = await runCli(args);
  vi.restoreAllMocks();
  return { code, ...printed };
}

const yaml = (name: string, text: string) => {
  const path = join(out, name);
  writeFileSync(path, text);
  return path;
};

describe('bad input is one line that says what would be right, and status 2', () => {
  const env = 'control/CartpoleSwingup-v0';
  const cases: [what: string, args: () => string[], message: RegExp][] = [
    ['an unknown command', () => ['trian'], /no command trian; did you mean train\?/],
    ['an unknown option', () => ['train', '--stpes', '4'], /no option --stpes; did you mean --steps\?/],
    ['a missing argument', () => ['eval'], /Missing required argument 'run'/],
    ['too many arguments', () => ['envs', 'extra'], /Too many arguments/],
    ['an option without its value', () => ['train', '--seed'], /--seed <n>' argument missing/],
    ['nothing to train', () => ['train'], /an experiment file, or --env ID/],
    [
      'an experiment that is not there',
      () => ['train', 'quickstrat'],
      /quickstrat: it does not exist.*quickstart/,
    ],
    [
      'an unknown environment',
      () => ['train', '--env', 'control/CartpoleSwingpu-v0'],
      /did you mean control\/CartpoleSwingup-v0/,
    ],
    ['an unknown agent', () => ['train', '--env', env, '--agent', 'sca'], /did you mean sac/],
    ['an unknown encoder', () => ['train', '--env', env, '--encoder', 'crul'], /did you mean curl/],
    ['an unknown engine', () => ['train', '--env', env, '--engine', 'wsam'], /--engine wsam.*wasm/],
    ['negative steps', () => ['train', '--env', env, '--steps', '-5'], /--steps -5.*positive integer/],
    [
      'steps that are no number',
      () => ['train', '--env', env, '--steps', 'many'],
      /--steps many.*positive integer/,
    ],
    [
      'an unknown key',
      () => ['train', '--env', env, '--set', 'train.bachSize=3'],
      /train\.bachSize.*train\.batchSize/,
    ],
    [
      'an unknown option of the agent',
      () => ['train', '--env', env, '--set', 'agent.discuont=1'],
      /agent\.discuont.*discount/,
    ],
    ['a key without a value', () => ['train', '--env', env, '--set', 'seed'], /--set seed.*value/],
    [
      'YAML that cannot be read',
      () => ['train', yaml('bad.yaml', 'env: [unclosed\nseed: 1\n')],
      /bad\.yaml:\d+/,
    ],
    [
      'a value of the wrong type',
      () => ['train', yaml('type.yaml', `env: { id: ${env} }\nsteps: soon\n`)],
      /type\.yaml:2.*steps.*positive integer/,
    ],
    ['a run that is not there', () => ['watch', join(out, 'nowhere')], /nowhere.*does not exist/],
    ['a folder that is no run', () => ['play', out], /not a run/],
    ['a run without a checkpoint', () => ['eval', fakeRun(join(out, 'bare'), 2000)], /no checkpoint/],
    ['an impossible number of episodes', () => ['eval', out, '--episodes', '0'], /--episodes 0.*at least 1/],
    [
      'an unknown checkpoint',
      () => ['play', out, '--checkpoint', 'first'],
      /--checkpoint first.*newest or best/,
    ],
    ['other settings for a resumed run', () => ['train', '--resume', out, '--seed', '3'], /leave out --seed/],
    [
      'a finished run to resume',
      () => ['train', '--resume', fakeRun(join(out, 'done'), 30_000)],
      /has finished.*--steps/,
    ],
    [
      'an unknown environment to check',
      () => ['check-env', 'control/Cartpole-v0'],
      /no environment control\/Cartpole-v0/,
    ],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('an agent that cannot act in the environment leaves no run folder behind', async () => {
    const runs = join(out, 'unsuitable');
    const { code, stderr } = await run('train', '--env', 'arcade/Catch-v0', '--out', runs, '--plain');
    expect(stderr).toMatch(/^error: agent\.id: sac acts in continuous spaces[^\n]+\n$/);
    expect(code).toBe(2);
    expect(existsSync(runs)).toBe(false);
  });

  test('an output folder that is a file is status 1, and nothing is left behind', async () => {
    const file = yaml('occupied', '');
    const { code, stderr } = await run('train', '--env', env, '--out', join(file, 'runs'), '--plain');
    expect(stderr).toMatch(/^error: Cannot create the folder [^\n]+\n$/);
    expect(code).toBe(1);
  });
});

describe('help', () => {
  test('shows examples and hides what is not for people', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).not.toContain('__train');
    expect((await run()).stdout).toBe(stdout);
  });

  test.each([
    'train',
    'watch',
    'play',
    'eval',
    'pretrain',
    'probe',
    'envs',
    'agents',
    'encoders',
    'keys',
    'check-env',
    'doctor',
  ])('of %s has examples', async (command) => {
    const { code, stdout } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`  curlew ${command}`);
  });
});

describe('lists', () => {
  test.each(['envs', 'agents', 'encoders'])('%s as JSON have ids and descriptions', async (command) => {
    const { code, stdout } = await run(command, '--json');
    const entries = JSON.parse(stdout) as { id: string; description: string; options: unknown[] }[];
    expect(code).toBe(0);
    expect(entries.length).toBeGreaterThan(0);
    for (const { id, description, options } of entries) {
      expect(id).not.toBe('');
      expect(description).not.toBe('');
      expect(Array.isArray(options)).toBe(true);
    }
  });

  test('keys name what --set takes', async () => {
    const { stdout } = await run('keys', '--json');
    expect((JSON.parse(stdout) as { key: string }[]).map(({ key }) => key)).toContain('train.batchSize');
  });

  test('columns line up', () => {
    expect(
      columns([
        ['a', 'bc', 'd'],
        ['long', 'x', 'yy'],
      ]),
    ).toEqual(['a     bc  d', 'long  x   yy']);
  });
});

describe('watching as text', () => {
  test('lists runs, and prints the metrics of one as they stand in its file', async () => {
    const folder = fakeRun(join(out, 'watched'), 4000);
    const list = await run('watch', join(out, 'watched'));
    expect(list.stdout).toContain('finished');
    expect(list.stdout).toContain(folder);
    const json = await run('watch', folder, '--json');
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(lines).toEqual(JSON.parse(JSON.stringify(fakeLines(4000))));
    const plain = await run('watch', folder, '--plain');
    expect(plain.stdout).toMatch(/ 4000 \/ 30k agent steps {3}evaluation /);
    // eslint-disable-next-line no-control-regex -- no terminal, no sequences
    expect(list.stdout + plain.stdout).not.toMatch(/\x1b/);
  });

  test('progress comes every few seconds of the run, evaluations always', () => {
    const reporter = new PlainReporter(30_000);
    const said = fakeLines(4000).flatMap((line) => reporter.line(line) ?? []);
    expect(said.filter((line) => line.includes('evaluation'))).toHaveLength(2);
    // A timing line every 500 steps, at 40 steps a second: all are more than ten seconds apart.
    expect(said.filter((line) => line.includes('agent steps/s'))).toHaveLength(8);
  });

  test('the summary compares with the random policy and says what to do next', () => {
    const folder = fakeRun(join(out, 'summed'), 24_000);
    const lines = summaryLines(folder, createTheme(1)).join('\n');
    expect(lines).toContain('✓ finished quickstart at 24k of 30k agent steps');
    expect(lines).toMatch(/trained policy +836 ± 56\.9/);
    expect(lines).toMatch(/random policy +40 ± 22/);
    for (const next of ['watch', 'play', 'eval', 'train --resume'])
      expect(lines).toContain(`${next} ${folder}`);
  });
});

describe('when to show a screen', () => {
  const terminal = { isTTY: true };
  const at = (env: Record<string, string>, stdout = terminal) =>
    isInteractive({ stdin: terminal, stdout, env });

  test('in a terminal that somebody watches', () => {
    expect(at({ TERM: 'xterm-256color' })).toBe(true);
    expect(at({ TERM: 'xterm', CI: '' })).toBe(true);
    expect(at({ TERM: 'xterm', CI: 'false' })).toBe(true);
    expect(at({ TERM: 'xterm', CI: 'true' })).toBe(false);
    expect(at({ TERM: 'dumb' })).toBe(false);
    expect(at({ TERM: 'xterm' }, { isTTY: false })).toBe(false);
  });
});

describe('films', () => {
  test('pictures stand side by side', () => {
    const dot = (value: number) => ({ width: 1, height: 2, data: new Uint8Array(6).fill(value) });
    const strip = beside([dot(1), dot(2)]);
    expect([strip.width, strip.height, [...strip.data]]).toEqual([
      2,
      2,
      [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
    ]);
  });
});

describe('as a program', () => {
  test('an old Node gets one line and status 2', async () => {
    const preload = join(out, 'old-node.mjs');
    writeFileSync(preload, "Object.defineProperty(process.versions, 'node', { value: '18.19.0' });\n");
    const { code, stdout, stderr } = await curlew(['--help'], { node: ['--import', preload] });
    expect(stderr).toMatch(/^Curlew needs Node\.js 22\.12 or newer; this is v18\.19\.0\.[^\n]*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('works from any folder, and piped output has no escape codes', async () => {
    const { code, stdout, stderr } = await curlew(['envs'], { cwd: out });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('control/CartpoleSwingup-v0');
    // eslint-disable-next-line no-control-regex -- the point of the test
    expect(stdout).not.toMatch(/\x1b/);
  });

  test('a short run trains in its own process and leaves a finished run with its films', async () => {
    const runs = join(out, 'trained');
    mkdirSync(runs);
    const settings = {
      'env.size': 32,
      'env.actionRepeat': 8,
      'env.maxEpisodeSteps': 80,
      'agent.hidden': 16,
      'backbone.filters': 4,
      'train.randomSteps': 10,
      'train.batchSize': 4,
      'train.logEvery': 5,
      'evaluation.every': 20,
      'evaluation.episodes': 1,
    };
    const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const { code, stdout, stderr } = await curlew([
      'train',
      '--env',
      'control/CartpoleSwingup-v0',
      '--steps',
      '20',
      '--out',
      runs,
      '--json',
      '--engine',
      'wasm',
      '--threads',
      '1',
      ...set,
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const kinds = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toContain('evaluation');
    expect(kinds).toContain('train');
    const folder = join(runs, 'experiment', readdirSync(join(runs, 'experiment'))[0]);
    expect(existsSync(join(folder, 'experiment.yaml'))).toBe(true);
    expect(readdirSync(join(folder, 'episodes')).some((name) => name.endsWith('.gif'))).toBe(true);

    const gif = join(out, 'play.gif');
    const png = join(out, 'play.png');
    const played = await run('play', folder, '--gif', gif, '--png', png);
    expect(played.stderr).toBe('');
    expect(played.stdout).toContain(`wrote ${gif}`);
    expect(existsSync(png)).toBe(true);
    const evaluated = await run('eval', folder, '--episodes', '2', '--json');
    expect((JSON.parse(evaluated.stdout) as { returns: number[] }).returns).toHaveLength(2);
  });
});
