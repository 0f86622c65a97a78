import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { make } from '../../src/envs/index.ts';
import { fingerprints, ids } from './fingerprint.ts';

const file = fileURLToPath(new URL('fingerprint.ts', import.meta.url));

// After a deliberate change: npx tsx test/envs/fingerprint.ts > test/envs/fingerprints.json, and prettier.
test('pictures, states and rewards are the ones on record', async () => {
  const text = readFileSync(new URL('fingerprints.json', import.meta.url), 'utf8');
  expect(await fingerprints()).toEqual(JSON.parse(text));
});

test('another process sees the same pictures, states and rewards in every environment', async () => {
  const here = await fingerprints();
  expect(Object.keys(here)).toEqual(ids());
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file]);
  expect(JSON.parse(stdout)).toEqual(here);
}, 60_000);

test('stepping one environment after another changes nothing: no state is shared', async () => {
  const play = async (others: boolean) => {
    const env = await make('control/HopperHop-v0', { size: 24 });
    const other = await make('control/HopperHop-v0', { size: 24 });
    env.actionSpace.seed(1);
    other.actionSpace.seed(2);
    const seen = [env.reset({ seed: 1 }).observation];
    if (others) other.reset({ seed: 2 });
    for (let i = 0; i < 30; i++) {
      seen.push(env.step(env.actionSpace.sample()).observation);
      if (others) other.step(other.actionSpace.sample());
    }
    env.close();
    other.close();
    return seen;
  };
  expect(await play(true)).toEqual(await play(false));
});

test('memory stays where it is over many steps', { timeout: 60_000 }, async () => {
  const env = await make('control/CheetahRun-v0', { size: 16, actionRepeat: 4 });
  env.actionSpace.seed(0);
  env.reset({ seed: 0 });
  const steps = (n: number) => {
    for (let i = 0; i < n; i++) if (env.step(env.actionSpace.sample()).truncated) env.reset();
  };
  steps(1500);
  // 8,000 environment steps a round: MuJoCo's list of contacts, read once a step, would leak 40 MiB in each. A jump of
  // the JavaScript heap falls into one round at most.
  const growth: number[] = [];
  while (growth.length < 4 && !growth.some((grown) => grown < 25)) {
    const before = process.memoryUsage.rss();
    steps(2000);
    growth.push((process.memoryUsage.rss() - before) / 2 ** 20);
  }
  expect(Math.min(...growth)).toBeLessThan(25);
  env.close();
});
