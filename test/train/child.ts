/**
 * A training process over the fake parts, or with `CURLEW_TEST_PARTS=real` over the registries' and the test
 * environment: `node child.ts __train FOLDER`. Over the fake parts, actions after the first `CURLEW_TEST_SLOW_FROM` take
 * `CURLEW_TEST_SLOW` milliseconds, so that a test can hit a moment of its choice however slow the machine is; the test
 * environment has `CURLEW_TEST_ENV_SLOW` for that.
 */
import { setTimeout } from 'node:timers/promises';
import { runTraining, type Build } from '../../src/train/index.ts';
import { fakeParts } from './fakes.ts';

const slow = Number(process.env.CURLEW_TEST_SLOW ?? 0);
const from = Number(process.env.CURLEW_TEST_SLOW_FROM ?? 0);

const build: Build = (experiment) => {
  const parts = fakeParts(experiment, process.env.CURLEW_TEST_SAVES !== 'no');
  let actions = 0;
  const act = parts.learner.act.bind(parts.learner);
  const learner = Object.assign(parts.learner, {
    act: async (...args: Parameters<typeof act>) => {
      if (slow > 0 && !args[1].deterministic && ++actions > from) await setTimeout(slow);
      return act(...args);
    },
  });
  return Promise.resolve({ ...parts, learner });
};

if (process.env.CURLEW_TEST_PARTS === 'real') await import('./point-env.ts');
const options = process.env.CURLEW_TEST_PARTS === 'real' ? {} : { build };
process.exitCode = await runTraining(process.argv[3], options);
// Threads of an engine would keep the process alive.
process.exit();
