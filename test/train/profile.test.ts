import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProfileTable } from '../../src/engine/index.ts';
import { createRun, readRun } from '../../src/runs/index.ts';
import { PROFILE_FILE, trainRun } from '../../src/train/index.ts';
import { pointExperiment } from './point-env.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-profile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function train(name: string, profile: boolean) {
  const experiment = pointExperiment({ name, 'engine.profile': String(profile) });
  const run = createRun(folder, experiment, { command: 'curlew train' }).folder;
  expect(await trainRun(run)).toBe(0);
  const losses = readRun(run).metrics.get('loss.critic')!;
  return { file: join(run, PROFILE_FILE), losses: losses.value, experiment };
}

test('a profiled run saves its operation table and learns the same', async () => {
  const plain = await train('plain', false);
  const profiled = await train('profiled', true);
  expect(existsSync(plain.file)).toBe(false);
  expect(profiled.losses).toEqual(plain.losses);
  const table = JSON.parse(readFileSync(profiled.file, 'utf8')) as ProfileTable;
  const { steps, train: schedule } = profiled.experiment;
  // The first two updates warm up.
  expect(table.updates).toBe((steps - schedule.randomSteps) * schedule.updatesPerStep - 2);
  expect(table.operations.find(({ operation }) => operation === '_FusedMatMul')?.calls).toBeGreaterThan(1);
});
