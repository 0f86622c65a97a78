import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  SuiteRunner,
  cellsOf,
  chooseCells,
  readResult,
  resultFiles,
  secondsLeft,
  surveySuite,
  threadsFor,
  type CellProgress,
} from '../../src/bench/index.ts';
import { metricLines, readStatus, readSystem } from '../../src/runs/index.ts';
import { temporary, tinyRun, tinySuite } from './fixture.ts';

let out: string;
beforeEach(() => {
  out = temporary();
  for (const name of ['CRASH', 'CRASH_ONCE', 'SLOW'])
    Reflect.deleteProperty(process.env, `CURLEW_TEST_${name}`);
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const folder = () => join(out, 'tiny');
const states = (all: CellProgress[]) => all.map(({ state }) => state);
const runFolders = () =>
  existsSync(folder())
    ? readdirSync(folder())
        .map((name) => join(folder(), name))
        .filter((path) => existsSync(join(path, 'experiment.yaml')))
    : [];

/** What a finished run holds; anything but equal means that it was run again. */
const contents = (path: string) =>
  ['metrics.jsonl', 'status.json', 'system.json'].map((name) => readFileSync(join(path, name), 'utf8'));

const finished = () =>
  new Map(
    runFolders()
      .filter((path) => readStatus(path).state === 'finished')
      .map((path) => [path, contents(path)]),
  );

function start(): { process: ChildProcess; done: Promise<number | null> } {
  const program = fileURLToPath(new URL('suite-program.ts', import.meta.url));
  const args = ['--import', 'tsx', program, out, join(out, 'results')];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return { process: child, done: new Promise((resolve) => child.on('close', resolve)) };
}

test('a suite killed at three random moments, once with all its runs, loses and repeats no finished run', async () => {
  process.env.CURLEW_TEST_SLOW = '10';
  const kept: Map<string, string[]>[] = [];
  const random = new Random(String(Date.now()));
  for (let kill = 0; kill < 3; kill++) {
    const bench = start();
    // Some progress first, then any moment.
    const before = finished().size;
    for (let waited = 0; finished().size === before && waited < 200; waited++) await setTimeout(25);
    await setTimeout(random.integer(1000));
    bench.process.kill('SIGKILL');
    await bench.done;
    if (kill === 1) for (const path of runFolders()) killQuietly(readStatus(path));
    kept.push(finished());
  }
  process.env.CURLEW_TEST_SLOW = '0';
  expect(await start().done).toBe(0);
  for (const [path, text] of kept.flatMap((runs) => [...runs])) expect(contents(path)).toEqual(text);

  const cells = chooseCells(cellsOf(tinySuite()), ['curl']);
  expect(runFolders()).toHaveLength(cells.length);
  for (const path of runFolders()) {
    expect(readStatus(path)).toMatchObject({ state: 'finished', agentStep: 40 });
    const steps = [...metricLines(path)]
      .filter((line) => line.kind === 'evaluation')
      .map((line) => line.agentStep);
    expect(steps).toEqual([0, 10, 20, 30, 40]);
  }
  expect(resultFiles(join(out, 'results'))).toHaveLength(cells.length);
});

function killQuietly({ state, pid }: { state: string; pid: number }): void {
  if (state !== 'running' || pid === process.pid) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

test('a run that crashes is tried once more from where it was; one that always crashes is given up with its reason', async () => {
  process.env.CURLEW_TEST_CRASH = '2';
  process.env.CURLEW_TEST_CRASH_ONCE = '1';
  const cells = chooseCells(cellsOf(tinySuite()), ['curl', 'reacher-easy']);
  const all = await new SuiteRunner(tinyRun(out, { cells })).run();
  expect(all.map(({ state, failures }) => [state, failures])).toEqual([
    ['finished', 1],
    ['failed', 2],
  ]);
  expect(all[1].reason).toContain('the plug was pulled');
  expect(readSystem(all[0].folder!)?.resumed).toHaveLength(1);

  // Started again, neither is touched, and the reason is still told.
  process.env.CURLEW_TEST_CRASH = '';
  const before = all.map((one) => contents(one.folder!));
  const again = await new SuiteRunner(tinyRun(out, { cells })).run();
  expect(states(again)).toEqual(['finished', 'failed']);
  expect(again[1].reason).toContain('the plug was pulled');
  expect(again.map((one) => contents(one.folder!))).toEqual(before);
  expect(states(surveySuite(cells, { folder: folder() }))).toEqual(['finished', 'failed']);

  const retried = await new SuiteRunner(tinyRun(out, { cells, retryFailed: true })).run();
  expect(states(retried)).toEqual(['finished', 'finished']);
});

test('summaries of results stand for runs made elsewhere, as long as their settings are the same', async () => {
  const results = join(out, 'results');
  const cells = chooseCells(cellsOf(tinySuite()), ['curl', 'reacher-easy', 's1']);
  const [one] = await new SuiteRunner(tinyRun(out, { cells, results })).run();
  expect(one.state).toBe('finished');
  const [path] = resultFiles(results);
  expect(readResult(path)).toMatchObject({
    method: 'curl',
    env: 'control/ReacherEasy-v0',
    seed: 1,
    agentSteps: 40,
    envSteps: 80,
  });

  const elsewhere = join(out, 'elsewhere');
  const launch = () => {
    throw new Error('nothing is to be started');
  };
  const [there] = await new SuiteRunner(tinyRun(elsewhere, { cells, results, launch })).run();
  expect(there).toMatchObject({ state: 'finished', score: one.score, folder: null });

  const other = readFileSync(path, 'utf8').replace(cells[0].settings, '00000000');
  writeFileSync(path, other);
  const [changed] = surveySuite(cells, { folder: join(elsewhere, 'tiny'), results });
  expect(changed.state).toBe('waiting');
});

test('two benches never run one suite at a time, and a lock left behind does not count', async () => {
  const cells = chooseCells(cellsOf(tinySuite()), ['curl', 'reacher-easy', 's1']);
  process.env.CURLEW_TEST_SLOW = '100';
  const runner = new SuiteRunner(tinyRun(out, { cells }));
  const first = runner.run();
  await expect(new SuiteRunner(tinyRun(out, { cells })).run()).rejects.toThrow(/is being run by process/);
  runner.stop();
  expect(states(await first)).toEqual(['interrupted']);
  process.env.CURLEW_TEST_SLOW = '0';
  writeFileSync(join(folder(), 'bench.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere' }));
  const stale = new Date(Date.now() - 60_000);
  utimesSync(join(folder(), 'bench.lock'), stale, stale);
  expect(states(await new SuiteRunner(tinyRun(out, { cells })).run())).toEqual(['finished']);
  expect(existsSync(join(folder(), 'bench.lock'))).toBe(false);
});

test('a half-finished run of another version of the program begins again beside it', async () => {
  const cells = chooseCells(cellsOf(tinySuite()), ['curl', 'reacher-easy', 's1']);
  process.env.CURLEW_TEST_SLOW = '100';
  const runner = new SuiteRunner(tinyRun(out, { cells }));
  const first = runner.run();
  const begun = () => runFolders().some((path) => [...metricLines(path)].some((line) => line.agentStep > 5));
  while (!begun()) await setTimeout(20);
  runner.stop();
  const [stopped] = await first;
  const old = stopped.folder!.replace(/-[0-9a-f]{8}$/, '-00000000');
  renameSync(stopped.folder!, old);
  const ledger = join(folder(), 'bench.json');
  writeFileSync(ledger, readFileSync(ledger, 'utf8').replace(basename(stopped.folder!), basename(old)));

  process.env.CURLEW_TEST_SLOW = '0';
  const [one] = await new SuiteRunner(tinyRun(out, { cells })).run();
  expect(one).toMatchObject({ state: 'finished', folder: stopped.folder, failures: 0 });
  expect(readStatus(old).state).toBe('interrupted');
});

test('jobs times threads are the cores', () => {
  expect([1, 2, 3, 4, 16].map((jobs) => threadsFor(jobs, 8))).toEqual([8, 4, 2, 2, 1]);
});

test('time left follows the pace of runs like the open ones', () => {
  const cells = cellsOf(tinySuite());
  const waiting = surveySuite(cells, { folder: folder() });
  expect(secondsLeft(waiting, 2)).toBeUndefined();
  const half = waiting.map((one, i) =>
    i < 4 ? { ...one, state: 'finished' as const, agentStep: 40, wallSeconds: 10 } : one,
  );
  expect(secondsLeft(half, 2)).toBeCloseTo(20);
});
