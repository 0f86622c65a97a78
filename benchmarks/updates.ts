import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { InputError, messageOf, writeFileAtomic } from '../src/base/index.ts';
import { profileLines } from '../src/engine/index.ts';
import { compare, ratiosOf, type Comparison, type Ratios } from './engine/compare.ts';
import { pythonWithTorch } from './engine/python.ts';
import { ROLLOUT, type Size, type Work } from './engine/sizes.ts';
import { machine, table } from './engine/statistics.ts';

const HELP = `npm run bench:updates -- [options]

Updates a second of SAC + CURL, batch 128, in the reference's order and jointly (see docs/sac.md), at size S (48x48)
and L (84x84, CURL's own network), beside PyTorch in the reference's order; and frames a second of PPO at both sizes
(rollouts of 512 frames, 4 passes of 4 minibatches, environments left out). Interleaved rounds, two threads each.

  --engines LIST   default wasm,native; those that are not there are left out with the reason
  --sizes LIST     default S,L
  --rounds N       default 9
  --python FILE    a Python that has torch (default python3)
  --skip-torch     our engines alone
  --profile        also where the joint update's time goes
  --json FILE      the results as JSON; updateRatios holds our time over PyTorch's
`;

const THREADS = 2;
const ORDERS = { update: 'reference', joint: 'joint' } as const;
const FRAMES = ROLLOUT.envs * ROLLOUT.steps;

/** The order of an update's parts; null for PPO. */
const orderOf = (work: Work) => (work === 'update' || work === 'joint' ? ORDERS[work] : null);

/** Our time over PyTorch's by engine, order and size. */
function updateRatios({ results }: Comparison): Record<string, Record<string, Ratios[string]>> {
  const ratios: Record<string, Record<string, Ratios[string]>> = {};
  for (const [work, order] of Object.entries(ORDERS) as [keyof typeof ORDERS, string][]) {
    for (const [engine, sizes] of Object.entries(ratiosOf(results, work))) {
      ratios[engine] = { ...ratios[engine], [order]: sizes };
    }
  }
  return ratios;
}

/** Updates a second of everyone, as rows for people. */
function lines({ results }: Comparison): string[] {
  const rows = results.map(({ engine, work, size, median, low, high, overTorch }) => [
    `${size}, ${orderOf(work) ?? 'PPO'}`,
    engine,
    orderOf(work) ? (1000 / median).toFixed(1) : '',
    orderOf(work) ? '' : ((1000 * FRAMES) / median).toFixed(0),
    `${median.toFixed(1)} ms`,
    `${low.toFixed(1)}-${high.toFixed(1)}`,
    overTorch === undefined ? '' : overTorch.toFixed(2),
  ]);
  return table([
    ['update', 'engine', 'updates/s', 'frames/s', 'median', 'middle half', 'over PyTorch'],
    ...rows,
  ]);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      engines: { type: 'string', default: 'wasm,native' },
      sizes: { type: 'string', default: 'S,L' },
      rounds: { type: 'string', default: '9' },
      python: { type: 'string' },
      'skip-torch': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const sizes = values.sizes.split(',');
  const unknown = sizes.find((size) => size !== 'S' && size !== 'L');
  if (unknown !== undefined)
    throw new InputError(`--sizes ${values.sizes}: "${unknown}" is not one; give S, L or both.`);
  if (!/^[1-9]\d*$/.test(values.rounds))
    throw new InputError(`--rounds ${values.rounds}: give a positive integer.`);
  const print = (line: string) => process.stdout.write(`${line}\n`);

  const system = machine();
  print(
    Object.entries(system)
      .map(([key, value]) => `${key} ${value}`)
      .join(', '),
  );
  const found = values['skip-torch'] ? { missing: '' } : pythonWithTorch(values.python);
  if ('missing' in found && found.missing) print(`note: ${found.missing}`);
  const rounds = Number(values.rounds);
  const comparison = await compare(
    {
      engines: values.engines.split(','),
      python: 'python' in found ? found.python : null,
      sizes: sizes as Size[],
      works: ['update', 'joint', 'ppo'],
      threads: [THREADS],
      rounds,
      profile: values.profile,
    },
    (line) => void (process.stderr.isTTY && process.stderr.write(`\r${line} `)),
  );
  for (const line of comparison.absent) print(`note: left out: ${line}`);
  print(['', ...lines(comparison)].join('\n'));
  for (const [engine, profiles] of Object.entries(comparison.profiles)) {
    for (const [size, profile] of Object.entries(profiles)) {
      print(['', `${engine}, joint update at size ${size}.`, ...profileLines(profile)].join('\n'));
    }
  }
  if (values.json === undefined) return;
  const { competitors, absent, results, profiles } = comparison;
  const summary = {
    version: 1,
    machine: { ...system, loadAfter: loadavg()[0] },
    rounds,
    threads: THREADS,
    updateRatios: updateRatios(comparison),
    updatesPerSecond: results
      .filter(({ work }) => orderOf(work))
      .map(({ engine, work, size, median }) => ({
        engine,
        order: orderOf(work),
        size,
        value: Math.round((100 * 1000) / median) / 100,
      })),
    ppoRatios: ratiosOf(results, 'ppo'),
    ppoFramesPerSecond: results
      .filter(({ work }) => work === 'ppo')
      .map(({ engine, size, median }) => ({ engine, size, value: Math.round((1000 * FRAMES) / median) })),
    competitors,
    absent,
    results,
    profiles,
  };
  writeFileAtomic(values.json, `${JSON.stringify(summary, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof InputError || error instanceof TypeError ? 2 : 1;
}
