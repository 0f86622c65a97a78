import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStatus, resolveStatus, type RunStatus } from '../../src/runs/index.ts';
import { writeStatus } from '../../src/runs/status.ts';
import { freshRun, temporaryFolder } from './fixtures.ts';

const now = Date.parse('2026-01-01T00:01:00Z');
const running: RunStatus = {
  version: 1,
  state: 'running',
  phase: 'learning',
  pid: 1234,
  host: hostname(),
  startedAt: '2026-01-01T00:00:00.000Z',
  heartbeatAt: '2026-01-01T00:00:55.000Z',
  agentStep: 10,
  totalSteps: 100,
  method: 'sac-curl',
  env: 'a/B-v0',
  seed: 1,
};
const silentFor = (seconds: number) => new Date(now - seconds * 1000).toISOString();

describe('resolveStatus', () => {
  test('a fresh heartbeat of a living process is running', () => {
    expect(resolveStatus(running, now, () => true)).toEqual(running);
    expect(resolveStatus({ ...running, heartbeatAt: silentFor(30) }, now, () => true).state).toBe('running');
  });

  test('a stale heartbeat is interrupted', () => {
    const status = resolveStatus({ ...running, heartbeatAt: silentFor(31) }, now, () => true);
    expect(status).toMatchObject({ state: 'interrupted', reason: `no sign of life since ${silentFor(31)}` });
  });

  test('a process that is gone is interrupted at once', () => {
    expect(resolveStatus(running, now, () => false)).toMatchObject({
      state: 'interrupted',
      reason: 'the process 1234 ended without saying why',
    });
  });

  test('process numbers of another machine mean nothing here', () => {
    expect(resolveStatus({ ...running, host: 'elsewhere.invalid' }, now, () => false).state).toBe('running');
  });

  test.each(['finished', 'failed', 'interrupted'] as const)('%s stays, however old', (state) => {
    expect(resolveStatus({ ...running, state, heartbeatAt: silentFor(1e6) }, now, () => false).state).toBe(
      state,
    );
  });
});

describe('readStatus', () => {
  test('sees that a real process ended', () => {
    const folder = freshRun();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeStatus(folder, { ...running, pid, heartbeatAt: new Date().toISOString() });
    expect(readStatus(folder).state).toBe('interrupted');
    writeStatus(folder, { ...running, pid: process.pid, heartbeatAt: new Date().toISOString() });
    expect(readStatus(folder).state).toBe('running');
  });

  test.each(['', '{', 'null', '[]'])('a status file of %j reads as interrupted', (text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'status.json'), text);
    expect(readStatus(folder)).toMatchObject({
      state: 'interrupted',
      reason: 'status.json is missing or damaged',
    });
  });
});
