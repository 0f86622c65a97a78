import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkEnv, listEnvs, make } from '../../src/envs/index.ts';

test.each(listEnvs().map(({ id }) => id))('%s passes the checker, as pixels and as state', async (id) => {
  expect(checkEnv(await make(id, { size: 24, actionRepeat: 4, frameStack: 3, maxEpisodeSteps: 40 }))).toEqual([]);
  expect(checkEnv(await make(id, { observation: 'state', maxEpisodeSteps: 20 }))).toEqual([]);
});
