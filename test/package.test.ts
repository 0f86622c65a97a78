import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'curlew-package-'));

/** Runs a program with this Node first on the PATH, as a user's shell would have it. */
function run(program: string, args: string[], cwd: string): string {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return execFileSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH, CURLEW_SKIP_NATIVE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const curlew = (...args: string[]) => run(join(folder, 'node_modules/.bin/curlew'), args, folder);

beforeAll(() => {
  run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], folder);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the installed command trains a few steps with our own kernels', () => {
  const settings = {
    'env.size': 24,
    'augment.crop': 20,
    'agent.hidden': 16,
    'backbone.filters': 4,
    'train.batchSize': 8,
  };
  const schedule = {
    'train.randomSteps': 10,
    'train.logEvery': 10,
    'evaluation.episodes': 1,
    'env.actionRepeat': 8,
  };
  const set = Object.entries({ ...settings, ...schedule }).flatMap(([key, value]) => [
    '--set',
    `${key}=${value}`,
  ]);
  const output = curlew(
    'train',
    '--env',
    'control/CartpoleSwingup-v0',
    '--steps',
    '30',
    '--out',
    'runs',
    '--plain',
    ...set,
  );
  expect(output).toContain('30');
  const [experiment] = readdirSync(join(folder, 'runs'));
  const [run] = readdirSync(join(folder, 'runs', experiment));
  const read = (file: string) => readFileSync(join(folder, 'runs', experiment, run, file), 'utf8');
  expect(JSON.parse(read('status.json'))).toMatchObject({ state: 'finished', agentStep: 30 });
  const kinds = read('metrics.jsonl')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(kinds).toEqual(expect.arrayContaining(['train', 'timing', 'evaluation']));
  // Native where the installation found a compiler.
  const name = expect.stringMatching(/^(native|wasm)$/) as string;
  expect(JSON.parse(read('system.json'))).toMatchObject({ engine: { name, kernels: 'own' } });
});

test('the installed library has types and makes environments', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/curlew/package.json'), 'utf8')) as {
    exports: { '.': { types: string } };
  };
  expect(existsSync(join(folder, 'node_modules/curlew', manifest.exports['.'].types))).toBe(true);
  const script = `
    import { make } from 'curlew';
    const env = await make('control/PendulumSwingup-v0', { size: 20, frameStack: 2 });
    console.log(env.reset({ seed: 1 }).observation.length);
  `;
  writeFileSync(join(folder, 'script.mjs'), script);
  expect(run('node', ['script.mjs'], folder).trim()).toBe(String(20 * 20 * 6));
});
