/**
 * Steps one environment on request: `{ "workers": 0, "seconds": 0.5 }` a line in, `{ "steps": 900, "seconds": 0.51 }`
 * out. No workers: in this thread. Arguments: id, action repeat, environments of a vector.
 */
import { createInterface } from 'node:readline';
import { makeVec, make, type Env } from '../../src/envs/index.ts';

const [id, repeat, many] = process.argv.slice(2);
const options = { size: 84, actionRepeat: Number(repeat) };
const numEnvs = Number(many);
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

type Work = (seconds: number) => Promise<number>;

async function alone(): Promise<Work> {
  const env: Env = await make(id, options);
  env.actionSpace.seed(0);
  env.reset({ seed: 0 });
  return (seconds) => {
    let steps = 0;
    for (const until = performance.now() + 1000 * seconds; performance.now() < until; steps++) {
      const { terminated, truncated } = env.step(env.actionSpace.sample());
      if (terminated || truncated) env.reset();
    }
    return Promise.resolve(steps);
  };
}

async function vector(workers: number): Promise<Work> {
  const envs = await makeVec(id, { ...options, numEnvs, vectorization: 'async', workers, copy: false });
  envs.singleActionSpace.seed(0);
  await envs.reset({ seed: 0 });
  return async (seconds) => {
    let steps = 0;
    for (const until = performance.now() + 1000 * seconds; performance.now() < until; steps += numEnvs) {
      await envs.step(Array.from({ length: numEnvs }, () => envs.singleActionSpace.sample()));
    }
    return steps;
  };
}

const works = new Map<number, Work>();
for await (const line of createInterface({ input: process.stdin })) {
  const { workers, seconds } = JSON.parse(line) as { workers: number; seconds: number };
  let work = works.get(workers);
  if (!work) works.set(workers, (work = workers === 0 ? await alone() : await vector(workers)));
  const start = performance.now();
  const steps = await work(seconds);
  say({ steps, seconds: (performance.now() - start) / 1000 });
}
process.exit(0);
