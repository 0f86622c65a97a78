import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, metricLines, readStatus } from '../../src/runs/index.ts';
import { checkpointsOf, launchTraining } from '../../src/train/index.ts';
import { smallExperiment } from './harness.ts';
import { pointExperiment } from './point-env.ts';

const entry = fileURLToPath(new URL('child.ts', import.meta.url));
const execArgv = ['--import', 'tsx'];
const experiment = smallExperiment({ steps: '90' });
let out: string;
let expected: ReturnType<typeof valuesOf>;

/** Lines of metrics without what depends on time. */
function valuesOf(folder: string) {
  return [...metricLines(folder)]
    .filter((line) => line.kind !== 'timing')
    .map(({ kind, agentStep, envStep, values }) => ({ kind, agentStep, envStep, values }));
}

function newRun(of = experiment): string {
  return createRun(out, of, { command: 'test' }).folder;
}

function launch(folder: string, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  Object.assign(
    process.env,
    {
      CURLEW_TEST_SLOW: '0',
      CURLEW_TEST_ENV_SLOW: '0',
      CURLEW_TEST_SAVES: 'yes',
      CURLEW_TEST_PARTS: 'fake',
    },
    environment,
  );
  return { ...launchTraining(folder, { entry, execArgv, onLine: (line) => lines.push(line) }), lines };
}

/** Slow actions shortly before a step and after it: time enough to see that it was reached, and to act on that. */
const slowFrom = (step: number) => ({
  CURLEW_TEST_SLOW: '100',
  CURLEW_TEST_SLOW_FROM: String(Math.max(0, step - 10)),
});

/** Waits until the metrics hold a line that a test waits for. */
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries++) {
    if (tries > 6000) throw new Error('waited in vain');
    await setTimeout(10);
  }
}

const reached = (folder: string, step: number) => () =>
  [...metricLines(folder)].some((line) => line.agentStep >= step);

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'curlew-child-'));
  const folder = newRun();
  const child = launch(folder);
  expect(await child.done).toBe(0);
  expect(child.lines).toEqual([]);
  expected = valuesOf(folder);
});

afterAll(() => {
  rmSync(out, { recursive: true });
});

test('a run leaves all its files and the status finished', () => {
  const [folder] = readdirSync(join(out, experiment.name)).map((name) => join(out, experiment.name, name));
  expect(readStatus(folder)).toMatchObject({ state: 'finished', agentStep: 90, totalSteps: 90 });
  const files = readdirSync(folder).map((file) => file.replace(/tfevents.*/, 'tfevents'));
  for (const file of [
    'metrics.jsonl',
    'progress.csv',
    'status.json',
    'system.json',
    'live.bin',
    'checkpoints',
    'episodes',
  ]) {
    expect(files).toContain(file);
  }
  const wall = [...metricLines(folder)].map((line) => line.wallSeconds);
  expect(wall.every((seconds, k) => k === 0 || seconds >= wall[k - 1])).toBe(true);
  expect(expected.filter((line) => line.kind === 'evaluation').map((line) => line.agentStep)).toEqual([
    0, 20, 40, 60, 80, 90,
  ]);
});

test.each([
  { at: 0, saves: 'yes' },
  { at: 18, saves: 'yes' },
  { at: 47, saves: 'yes' },
  { at: 62, saves: 'no' },
])(
  'killed at step $at and resumed gives the same values (environment saves: $saves)',
  async ({ at, saves }) => {
    const folder = newRun();
    const killed = launch(folder, { ...slowFrom(at), CURLEW_TEST_SAVES: saves });
    await until(reached(folder, at));
    killed.kill();
    expect(await killed.done).toBe(1);
    expect(readStatus(folder).state).toBe('interrupted');
    expect(valuesOf(folder).length).toBeLessThan(expected.length);
    const resumed = launch(folder, { CURLEW_TEST_SAVES: saves });
    expect(await resumed.done).toBe(0);
    expect(resumed.lines).toEqual([]);
    expect(valuesOf(folder)).toEqual(expected);
  },
);

test('asked to stop, it saves, says interrupted and exits with 130; then it goes on to the same values', async () => {
  const folder = newRun();
  const stopped = launch(folder, slowFrom(25));
  await until(reached(folder, 25));
  stopped.stop();
  expect(await stopped.done).toBe(130);
  const status = readStatus(folder);
  expect(status.state).toBe('interrupted');
  expect(checkpointsOf(folder, experiment).steps()[0]).toBe(status.agentStep);
  expect(await launch(folder).done).toBe(0);
  expect(valuesOf(folder)).toEqual(expected);
});

test('SIGTERM saves and stops, and so does the loss of the parent', async () => {
  for (const end of ['SIGTERM', 'disconnect'] as const) {
    const folder = newRun();
    const env = { ...process.env, ...slowFrom(16) };
    const child = fork(entry, ['__train', folder], { execArgv, env });
    const done = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await until(reached(folder, 16));
    if (end === 'SIGTERM') child.kill('SIGTERM');
    else child.disconnect();
    expect(await done).toBe(130);
    expect(readStatus(folder).state).toBe('interrupted');
    expect(checkpointsOf(folder, experiment).steps()[0]).toBeGreaterThanOrEqual(16);
  }
});

test('a damaged newest checkpoint costs a note and the steps since the older one', async () => {
  const folder = newRun();
  const stopped = launch(folder, slowFrom(50));
  await until(reached(folder, 50));
  stopped.stop();
  await stopped.done;
  const [newest, older] = checkpointsOf(folder, experiment).steps();
  const path = join(folder, 'checkpoints', `step-${newest}.json`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"agentStep":', '"agentStep":1'));
  const resumed = launch(folder);
  expect(await resumed.done).toBe(0);
  expect(resumed.lines.length).toBe(1);
  expect(resumed.lines[0]).toMatch(new RegExp(`is damaged .*Going on from agent step ${older}\\.$`));
  expect(valuesOf(folder)).toEqual(expected);
});

test('when all checkpoints are damaged, the run fails with one line', async () => {
  const folder = newRun();
  const stopped = launch(folder, slowFrom(35));
  await until(reached(folder, 35));
  stopped.stop();
  await stopped.done;
  for (const step of checkpointsOf(folder, experiment).steps()) {
    writeFileSync(join(folder, 'checkpoints', `step-${step}.json`), '{');
  }
  const resumed = launch(folder);
  expect(await resumed.done).toBe(1);
  expect(resumed.lines.length).toBe(1);
  expect(resumed.lines[0]).toMatch(/^No checkpoint in .* is usable\./);
  expect(readStatus(folder)).toMatchObject({ state: 'failed', reason: resumed.lines[0] });
});

test.each(['cpu', 'wasm'])(
  'SAC with CURL, killed and resumed on the %s engine, gives the same values',
  async (engine) => {
    const real = { CURLEW_TEST_PARTS: 'real' };
    const long = pointExperiment({
      steps: '150',
      'engine.name': engine,
      'engine.threads': '2',
      name: engine,
    });
    const whole = newRun(long);
    expect(await launch(whole, real).done).toBe(0);
    const folder = newRun(long);
    const killed = launch(folder, { ...real, CURLEW_TEST_ENV_SLOW: '8' });
    await until(reached(folder, 40));
    killed.kill();
    await killed.done;
    expect(valuesOf(folder).length).toBeLessThan(valuesOf(whole).length);
    expect(await launch(folder, real).done).toBe(0);
    expect(valuesOf(folder)).toEqual(valuesOf(whole));
  },
);
