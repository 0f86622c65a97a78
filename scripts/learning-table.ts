/**
 * Trains experiments with several seeds, one run after the other, and writes what they learned into a page of docs/:
 *
 *   npx tsx scripts/learning-table.ts --page agents/ppo.md --section ppo-learning --seeds 5 experiments/ppo/*.yaml
 *
 * Runs that are finished already are read, not made again; one that was stopped goes on. `--out` is the folder of the
 * runs (runs/learning), `--print` shows the table and leaves the page alone, `--no-train` takes what is there.
 * For each experiment: the mean of the last evaluation over seeds with its 95 % t interval, the lowest and highest
 * seed, the random policy, and the minutes of a run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../src/base/index.ts';
import { metricLines, readExperiment, readStatus, runName, type Experiment } from '../src/runs/index.ts';
import { resolveExperiment } from '../src/train/index.ts';
import { markdownTable, writeSection } from './tables.ts';

interface Result {
  trained: number;
  random: number | undefined;
  minutes: number;
}

/** 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'runs/learning' },
    seeds: { type: 'string', default: '5' },
    page: { type: 'string' },
    section: { type: 'string', default: 'learning' },
    print: { type: 'boolean', default: false },
    'no-train': { type: 'boolean', default: false },
  },
});

/** Trains one seed where that is not done yet. */
function train(file: string, experiment: Experiment): string {
  const folder = join(flags.out, experiment.name, runName(experiment));
  const curlew = (...args: string[]) => {
    console.log(`${new Date().toISOString()} curlew ${args.join(' ')}`);
    const { status } = spawnSync(process.execPath, ['bin/curlew.js', ...args, '--plain'], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exit(status ?? 1);
  };
  if (flags['no-train']) return folder;
  if (!existsSync(folder)) curlew('train', file, '--seed', String(experiment.seed), '--out', flags.out);
  else if (readStatus(folder).state !== 'finished') curlew('train', '--resume', folder);
  return folder;
}

function resultOf(folder: string): Result | undefined {
  if (!existsSync(folder) || readStatus(folder).state !== 'finished') return undefined;
  let result: Result | undefined;
  for (const { kind, wallSeconds, values } of metricLines(folder)) {
    if (kind !== 'evaluation') continue;
    const random = values['random.return.mean'];
    result = { trained: values['return.mean'], random, minutes: wallSeconds / 60 };
  }
  return result;
}

const shown = (x: number) => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(1));
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Mean with the 95 % t interval. */
function interval(numbers: readonly number[]): string {
  const centre = mean(numbers);
  if (numbers.length < 2) return shown(centre);
  const spread = Math.sqrt(numbers.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (numbers.length - 1));
  const half = ((T[numbers.length - 2] ?? 1.96) * spread) / Math.sqrt(numbers.length);
  return `${shown(centre)} [${shown(centre - half)}, ${shown(centre + half)}]`;
}

function rowOf(file: string): string[] | undefined {
  const results: Result[] = [];
  let experiment: Experiment | undefined;
  for (let seed = 1; seed <= Number(flags.seeds); seed++) {
    experiment = resolveExperiment(readExperiment(file, { seed: String(seed) }));
    const result = resultOf(train(file, experiment));
    if (result) results.push(result);
  }
  if (!experiment || results.length === 0) return undefined;
  const trained = results.map((result) => result.trained);
  const random = results.flatMap((result) => result.random ?? []);
  return [
    `\`${file}\``,
    `${experiment.steps.toLocaleString('en')}`,
    String(results.length),
    interval(trained),
    `${shown(Math.min(...trained))} to ${shown(Math.max(...trained))}`,
    random.length > 0 ? shown(mean(random)) : '',
    shown(mean(results.map((result) => result.minutes))),
  ];
}

if (files.length === 0) throw new InputError('Name the experiment files.');
const rows = files.flatMap((file) => {
  const row = rowOf(file);
  return row ? [row] : [];
});
const table = markdownTable(
  [
    'experiment',
    'agent steps',
    'seeds',
    'last evaluation, mean [95 %]',
    'lowest to highest',
    'random',
    'minutes',
  ],
  rows,
);
if (flags.page && !flags.print) writeSection(flags.page, flags.section, table);
console.log(table);
