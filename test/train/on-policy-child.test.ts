import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, metricLines, readStatus } from '../../src/runs/index.ts';
import { evaluateRun, launchTraining } from '../../src/train/index.ts';
import { ppoExperiment } from './on-policy-runs.ts';

const entry = fileURLToPath(new URL('child.ts', import.meta.url));
const experiment = ppoExperiment('', { steps: '320', 'engine.name': 'cpu', 'env.frameStack': '2' });
let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'curlew-ppo-child-'));
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

/** @param slow milliseconds of an environment's step, for a run that is to be cut short */
function launch(folder: string, slow = 0) {
  Object.assign(process.env, { CURLEW_TEST_PARTS: 'real', CURLEW_TEST_ENV_SLOW: String(slow) });
  return launchTraining(folder, { entry, execArgv: ['--import', 'tsx'] });
}

/** Lines of metrics without what depends on time. */
function valuesOf(folder: string) {
  return [...metricLines(folder)]
    .filter((line) => line.kind !== 'timing')
    .map(({ kind, agentStep, envStep, values }) => ({ kind, agentStep, envStep, values }));
}

async function reached(folder: string, step: number): Promise<void> {
  for (let tries = 0; ![...metricLines(folder)].some((line) => line.agentStep >= step); tries++) {
    if (tries > 6000) throw new Error('waited in vain');
    await setTimeout(10);
  }
}

test('PPO killed, stopped and resumed gives the values of a run that was never cut; it can be evaluated', async () => {
  const whole = createRun(out, experiment, { command: 'test' }).folder;
  expect(await launch(whole).done).toBe(0);
  expect(readStatus(whole)).toMatchObject({ state: 'finished', agentStep: 320 });

  const folder = createRun(out, experiment, { command: 'test' }).folder;
  const killed = launch(folder, 5);
  await reached(folder, 48);
  killed.kill();
  await killed.done;
  expect(valuesOf(folder).length).toBeLessThan(valuesOf(whole).length);
  const stopped = launch(folder, 5);
  await reached(folder, 150);
  stopped.stop();
  expect(await stopped.done).toBe(130);
  expect(readStatus(folder).state).toBe('interrupted');
  expect(await launch(folder).done).toBe(0);
  expect(valuesOf(folder)).toEqual(valuesOf(whole));

  await import('./point-env.ts');
  const { returns, agentStep } = await evaluateRun(folder, { episodes: 2 });
  expect(agentStep).toBe(320);
  expect(returns.every((total) => total > 0 && total < 30)).toBe(true);
});
