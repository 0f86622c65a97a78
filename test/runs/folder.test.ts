import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, RunError } from '../../src/base/index.ts';
import {
  assertNotRunning,
  createRun,
  endRun,
  experimentOf,
  readStatus,
  readSystem,
  resumeRun,
  runName,
  RunWriter,
  systemInfo,
  updateSystem,
} from '../../src/runs/index.ts';
import { writeStatus } from '../../src/runs/status.ts';
import { experiment, messageFrom, temporaryFolder } from './fixtures.ts';

const command = 'curlew train test.yaml';

/** Makes a run look as if another process of this machine, which lives, trains it. */
function occupy(folder: string): void {
  writeStatus(folder, {
    ...readStatus(folder),
    state: 'running',
    pid: 1,
    heartbeatAt: new Date().toISOString(),
  });
}

describe('createRun', () => {
  test('makes the folder with experiment, system and status', () => {
    const out = temporaryFolder();
    const made = experiment({ name: 'first', steps: '50' });
    const run = createRun(out, made, { command, engine: { name: 'cpu' } });
    expect(run).toMatchObject({ folder: join(out, 'first', runName(made)), existing: false });
    expect(experimentOf(run.folder)).toEqual(made);
    expect(readSystem(run.folder)).toMatchObject({ command, node: process.version, engine: { name: 'cpu' } });
    expect(readStatus(run.folder)).toMatchObject({
      state: 'running',
      phase: 'starting',
      totalSteps: 50,
      pid: process.pid,
    });
    expect(readdirSync(run.folder).sort()).toEqual([
      'checkpoints',
      'episodes',
      'experiment.yaml',
      'status.json',
      'system.json',
    ]);
  });

  test('a second start gets a number and leaves the first alone', () => {
    const out = temporaryFolder();
    const first = createRun(out, experiment(), { command });
    const before = readFileSync(join(first.folder, 'status.json'), 'utf8');
    const names = [2, 3].map(() => createRun(out, experiment(), { command }).name);
    expect(names).toEqual([`${first.name}-2`, `${first.name}-3`]);
    expect(readFileSync(join(first.folder, 'status.json'), 'utf8')).toBe(before);
  });

  test('mode resume gives the newest earlier run, whatever its length, untouched', () => {
    const out = temporaryFolder();
    expect(createRun(out, experiment(), { command, mode: 'resume' }).existing).toBe(false);
    for (let i = 2; i <= 11; i++) createRun(out, experiment(), { command });
    const again = createRun(out, experiment({ steps: '9' }), { command, mode: 'resume' });
    expect(again).toMatchObject({ existing: true, status: { totalSteps: 100_000 } });
    expect(again.name).toMatch(/-11$/);
    const other = createRun(out, experiment({ 'env.size': '84' }), { command, mode: 'resume' });
    expect(other.existing).toBe(false);
  });

  test('mode overwrite deletes the earlier run, unless somebody works on it', () => {
    const out = temporaryFolder();
    const { folder } = createRun(out, experiment(), { command });
    writeFileSync(join(folder, 'metrics.jsonl'), 'old');
    occupy(folder);
    expect(() => createRun(out, experiment(), { command, mode: 'overwrite' })).toThrow(InputError);
    expect(existsSync(join(folder, 'metrics.jsonl'))).toBe(true);
    endRun(folder, 'failed', 'test');
    expect(createRun(out, experiment(), { command, mode: 'overwrite' }).folder).toBe(folder);
    expect(existsSync(join(folder, 'metrics.jsonl'))).toBe(false);
  });

  test('a folder that cannot be made is one clear line', () => {
    const out = temporaryFolder();
    writeFileSync(join(out, 'experiment'), 'a file');
    const action = () => createRun(out, experiment(), { command });
    expect(action).toThrow(RunError);
    expect(messageFrom(action)).not.toContain('\n');
  });
});

describe('resumeRun', () => {
  test('notes who took the run up, and its new length', () => {
    const { folder } = createRun(temporaryFolder(), experiment(), { command });
    const started = readStatus(folder).startedAt;
    const writer = new RunWriter(folder);
    writer.status({ agentStep: 40 });
    writer.close('interrupted', 'stopped by the user');
    expect(readStatus(folder)).toMatchObject({ state: 'interrupted', reason: 'stopped by the user' });

    expect(resumeRun(folder, { command: 'curlew train --resume', steps: 77 }).steps).toBe(77);
    expect(experimentOf(folder).steps).toBe(77);
    const status = readStatus(folder);
    expect(status).toMatchObject({ state: 'running', agentStep: 40, totalSteps: 77, startedAt: started });
    expect(status.reason).toBeUndefined();
    expect(readSystem(folder)).toMatchObject({ command, resumed: [{ command: 'curlew train --resume' }] });
  });

  test('a run that somebody works on is refused', () => {
    const { folder } = createRun(temporaryFolder(), experiment(), { command });
    assertNotRunning(folder);
    occupy(folder);
    const message = messageFrom(() => resumeRun(folder, { command }));
    expect(message).toMatch(/is being trained by process 1 on .*; stop that one first\.$/);
    expect(() => new RunWriter(folder)).toThrow(message);
  });

  test('what is no run is refused, with a run below it named', () => {
    const out = temporaryFolder();
    expect(messageFrom(() => experimentOf(join(out, 'none')))).toMatch(
      /^There is no run in .*: the folder does not exist\.$/,
    );
    expect(messageFrom(() => experimentOf(out))).toMatch(/is not a run: it holds no experiment\.yaml\.$/);
    const { folder } = createRun(out, experiment(), { command });
    expect(messageFrom(() => experimentOf(out))).toContain(`such as ${folder}.`);
  });
});

test('endRun speaks for a process that could not, and for no other', () => {
  const { folder } = createRun(temporaryFolder(), experiment(), { command });
  endRun(folder, 'failed', 'killed by SIGKILL\nstack');
  expect(readStatus(folder)).toMatchObject({ state: 'failed', reason: 'killed by SIGKILL' });
  endRun(folder, 'interrupted', 'later');
  expect(readStatus(folder).state).toBe('failed');
});

describe('systemInfo', () => {
  test('tells the commit of a git working folder and whether it is dirty', () => {
    const folder = temporaryFolder();
    expect(systemInfo(command, undefined, folder).git).toBeUndefined();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        encoding: 'utf8',
      });
    git('init', '-q');
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '-q', '-m', 'a');
    const commit = git('rev-parse', 'HEAD').trim();
    expect(systemInfo(command, undefined, folder).git).toEqual({ commit, dirty: false });
    writeFileSync(join(folder, 'a'), '2');
    expect(systemInfo(command, undefined, folder).git).toEqual({ commit, dirty: true });
  });

  test('is completed when the engine has started', () => {
    const { folder } = createRun(temporaryFolder(), experiment(), { command });
    updateSystem(folder, { engine: { name: 'wasm', threads: 2 } });
    expect(readSystem(folder)).toMatchObject({ command, engine: { name: 'wasm', threads: 2 } });
    mkdirSync(join(folder, 'x'));
    expect(readSystem(join(folder, 'x'))).toBeUndefined();
  });
});
