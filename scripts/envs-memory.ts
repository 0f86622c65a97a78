import { InputError, messageOf } from '../src/base/index.ts';
import { listEnvs, make } from '../src/envs/index.ts';

const HELP = `npm run check:envs-memory -- [STEPS] [PATTERN]

Steps every control task whose id contains PATTERN for STEPS environment steps (default 1000000) with random actions,
a picture at every fourth step, and says how far the process has grown after the first tenth. Needs about a minute
for 300,000 steps. Status 1 where one has grown by more than 16 MiB.
`;

const REPEAT = 4;
/** Growth after the first tenth that is a leak; garbage not yet collected stays below. */
const LIMIT = 16;

/** Resident memory in MiB, after collecting garbage where Node lets us. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

async function check(id: string, steps: number): Promise<number> {
  const env = await make(id, { actionRepeat: REPEAT });
  env.reset({ seed: 0 });
  env.actionSpace.seed(0);
  let base = 0;
  for (let step = 0; step < steps; step += REPEAT) {
    const { truncated, terminated } = env.step(env.actionSpace.sample());
    if (truncated || terminated) env.reset();
    if (base === 0 && step >= steps / 10) base = resident();
  }
  env.close();
  return resident() - base;
}

try {
  const [count = '1000000', pattern = ''] = process.argv.slice(2);
  if (count === '--help') process.stdout.write(HELP);
  else {
    const steps = Number(count);
    if (!Number.isSafeInteger(steps) || steps < 100)
      throw new InputError(`steps ${count}: give a whole number.`);
    const ids = listEnvs().map(({ id }) => id);
    const tasks = ids.filter(
      (id) => id.startsWith('control/') && !id.includes('-Distract-') && id.includes(pattern),
    );
    for (const id of tasks) {
      const grown = await check(id, steps);
      const verdict = grown > LIMIT ? 'GROWS' : 'stays';
      process.stdout.write(
        `${id.padEnd(36)} ${steps} steps  ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MiB  ${verdict}\n`,
      );
      if (grown > LIMIT) process.exitCode = 1;
    }
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
