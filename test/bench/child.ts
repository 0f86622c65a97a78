/**
 * A training process over fake parts: `node child.ts __train FOLDER`. `CURLEW_TEST_SLOW` waits that many milliseconds a
 * step. A run whose seed is `CURLEW_TEST_CRASH` throws in its 20th step, at each attempt; one whose seed is
 * `CURLEW_TEST_CRASH_ONCE` does so until it is resumed.
 */
import { setTimeout } from 'node:timers/promises';
import { runTraining, type Build } from '../../src/train/index.ts';
import { readSystem } from '../../src/runs/index.ts';
import { fakeParts } from '../train/fakes.ts';

const slow = Number(process.env.CURLEW_TEST_SLOW ?? 0);
const folder = process.argv[3];

const build: Build = (experiment) => {
  const parts = fakeParts(experiment, true);
  const seed = String(experiment.seed);
  const resumed = readSystem(folder)?.resumed !== undefined;
  const crashes =
    process.env.CURLEW_TEST_CRASH === seed || (process.env.CURLEW_TEST_CRASH_ONCE === seed && !resumed);
  let steps = 0;
  const act = parts.learner.act.bind(parts.learner);
  const learner = Object.assign(parts.learner, {
    act: async (...args: Parameters<typeof act>) => {
      if (crashes && ++steps > 20) throw new Error('the plug was pulled');
      if (slow > 0) await setTimeout(slow);
      return act(...args);
    },
  });
  return Promise.resolve({ ...parts, learner });
};

process.exitCode = await runTraining(folder, { build });
process.exit();
