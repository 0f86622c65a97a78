import { parseArgs } from 'node:util';
import { loadavg } from 'node:os';
import { InputError, messageOf, writeFileAtomic } from '../src/base/index.ts';
import { profileLines } from '../src/engine/index.ts';
import { compare, comparisonLines } from './engine/compare.ts';
import { measureProcesses, processesLines } from './engine/processes.ts';
import { pythonWithTorch } from './engine/python.ts';
import { SIZES } from './engine/sizes.ts';
import type { Size, Work } from './engine/sizes.ts';
import { machine } from './engine/statistics.ts';

const HELP = `npm run bench:engine -- [options]

Times our engines beside PyTorch: a full training step of the encoder (forward, backward, Adam) and a whole
SAC + CURL update, batch 128, at size S (48x48) and L (84x84), in interleaved rounds.

  --engines LIST   wasm, native, tensorflow, cpu (default wasm,native; what is not there is left out, with the reason)
  --threads LIST   default 1,2
  --sizes LIST     default S,L
  --works LIST     default step,update
  --rounds N       default 9
  --python FILE    a Python that has torch (default python3)
  --skip-torch     our engines alone
  --processes      two processes of one thread each beside one, nothing else
  --json FILE      the results, the machine and the operation tables as JSON
`;

/** Load of the last minute above which the machine is not quiet. */
const BUSY = 0.5;

/** @throws InputError naming the option and what it takes */
function listOf<T extends string | number>(
  option: string,
  given: string,
  allowed: (part: string) => T | null,
): T[] {
  return given.split(',').map((part) => {
    const value = allowed(part.trim());
    if (value === null) throw new InputError(`--${option} ${given}: "${part}" is not one; see --help.`);
    return value;
  });
}

const oneOf =
  <T extends string>(...values: T[]) =>
  (part: string): T | null =>
    values.find((value) => value === part) ?? null;

const positive = (part: string): number | null => (/^[1-9]\d*$/.test(part) ? Number(part) : null);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      engines: { type: 'string', default: 'wasm,native' },
      threads: { type: 'string', default: '1,2' },
      sizes: { type: 'string', default: 'S,L' },
      works: { type: 'string', default: 'step,update' },
      rounds: { type: 'string', default: '9' },
      python: { type: 'string' },
      'skip-torch': { type: 'boolean', default: false },
      processes: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const progress = (line: string) => void (process.stderr.isTTY && process.stderr.write(`\r${line} `));
  const engines = listOf('engines', values.engines, oneOf('tensorflow', 'native', 'wasm', 'cpu'));
  const [rounds] = listOf('rounds', values.rounds, positive);
  const system = machine();
  print(
    Object.entries(system)
      .map(([key, value]) => `${key} ${value}`)
      .join(', '),
  );
  if (system.loadBefore > BUSY) {
    print(`note: other work keeps ${system.loadBefore} processors busy; take the numbers as indications`);
  }

  let results: Record<string, unknown>;
  if (values.processes) {
    const processes = await measureProcesses(engines[0], rounds, progress);
    print(['', ...processesLines(processes)].join('\n'));
    results = { processes };
  } else {
    const found = values['skip-torch'] ? { missing: '' } : pythonWithTorch(values.python);
    if ('missing' in found && found.missing) print(`note: ${found.missing}`);
    const comparison = await compare(
      {
        engines,
        python: 'python' in found ? found.python : null,
        sizes: listOf<Size>('sizes', values.sizes, oneOf(...(Object.keys(SIZES) as Size[]))),
        works: listOf<Work>('works', values.works, oneOf('step', 'update')),
        threads: listOf('threads', values.threads, positive),
        rounds,
      },
      progress,
    );
    for (const line of comparison.absent) print(`note: left out: ${line}`);
    print(['', ...comparisonLines(comparison)].join('\n'));
    for (const [engine, sizes] of Object.entries(comparison.profiles)) {
      for (const [size, profile] of Object.entries(sizes)) {
        print(['', `${engine}, SAC + CURL at size ${size}.`, ...profileLines(profile)].join('\n'));
      }
    }
    results = { ...comparison };
  }
  if (values.json !== undefined) {
    const summary = { version: 1, machine: { ...system, loadAfter: loadavg()[0] }, rounds, ...results };
    writeFileAtomic(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof InputError || error instanceof TypeError ? 2 : 1;
}
