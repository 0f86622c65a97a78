import { createInterface } from 'node:readline';
import { messageOf } from '../../src/base/index.ts';
import { Profile, startEngine } from '../../src/engine/index.ts';
import type { EngineName } from '../../src/engine/index.ts';
import type { Request } from './sizes.ts';
import { workOf } from './work.ts';

// One engine in a process of its own: child.ts ENGINE THREADS [BATCH]. Answers each request with the mean
// milliseconds of one run; says first what it is, or why it cannot start.

const [name, threads, batch] = process.argv.slice(2);
const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
const works = new Map<string, ReturnType<typeof workOf>>();

/** Runs before the first that is measured: fewer, and the JavaScript of a step is not yet compiled. */
const WARM_UP = { runs: 4, milliseconds: 2000 };

/** Ready-made work; the first time it runs unmeasured for a while. */
async function warm({ work, size }: Request): Promise<ReturnType<typeof workOf>> {
  const key = `${work} ${size}`;
  let run = works.get(key);
  if (!run) {
    run = workOf(work, size, batch === undefined ? undefined : Number(batch));
    works.set(key, run);
    const start = performance.now();
    const isWarm = (runs: number) =>
      name === 'cpu' || (runs >= WARM_UP.runs && performance.now() - start > WARM_UP.milliseconds);
    for (let runs = 0; !isWarm(runs); runs++) await run(true);
  }
  return run;
}

async function answer(request: Request): Promise<unknown> {
  const run = await warm(request);
  const profile = request.profile ? new Profile() : null;
  const start = performance.now();
  for (let i = 1; i <= request.runs; i++) {
    if (profile) await profile.measure(() => run(false));
    else await run(i === request.runs);
  }
  const ms = (performance.now() - start) / Math.max(1, request.runs);
  profile?.stop();
  return { ms, profile: profile?.table() };
}

try {
  const {
    simd,
    kernels,
    notes,
    threads: used,
  } = await startEngine({
    name: name as EngineName,
    threads: Number(threads),
  });
  say({ about: { engine: name, threads: used, simd, kernels, notes } });
  for await (const line of createInterface({ input: process.stdin })) {
    say(await answer(JSON.parse(line) as Request));
  }
} catch (error) {
  say({ error: messageOf(error) });
}
