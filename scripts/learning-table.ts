/**
 * Trains experiments with several seeds, one run after the other, and writes what they learned into a page of docs/:
 *
 *   npx tsx scripts/learning-table.ts --page agents/ppo.md --section ppo-learning --seeds 5 experiments/ppo/*.yaml
 *
 * Runs that are finished already are read, not made again; one that was stopped goes on. `--out` is the folder of the
 * runs (runs/learning), `--engine` and `--threads` take the place of what the files say (`--engine wasm,native`: the
 * first seed on wasm, all others on native), `--print` shows the table and leaves the page alone, `--no-train` takes
 * what is there.
 * For each experiment: the mean of the last evaluation over seeds with its 95 % t interval, the lowest and highest
 * seed, the random policy, in games a scripted player under the same rules, the mean of every evaluation as a curve,
 * and the minutes of a run on its engine.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, mean, meanAndInterval } from '../src/base/index.ts';
import { make, type Env } from '../src/envs/index.ts';
import {
  experimentOf,
  metricLines,
  readExperiment,
  readStatus,
  runName,
  type Experiment,
} from '../src/runs/index.ts';
import { resolveExperiment } from '../src/train/index.ts';
import { arcadePolicies } from './policies/arcade.ts';
import { markdownTable, writeSection } from './tables.ts';

interface Result {
  engine: string;
  trained: number;
  /** Mean returns of all evaluations. */
  curve: number[];
  random: number | undefined;
  minutes: number;
}

const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'runs/learning' },
    seeds: { type: 'string', default: '5' },
    engine: { type: 'string' },
    threads: { type: 'string' },
    page: { type: 'string' },
    section: { type: 'string', default: 'learning' },
    print: { type: 'boolean', default: false },
    'no-train': { type: 'boolean', default: false },
  },
});

/** The engine that the command line names for a seed. */
function engineOf(seed: number): string | undefined {
  const engines = flags.engine?.split(',') ?? [];
  return engines[Math.min(seed, engines.length) - 1];
}

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
  const engine = engineOf(experiment.seed);
  const how = [engine && ['--engine', engine], flags.threads && ['--threads', flags.threads]].flatMap(
    (given) => given || [],
  );
  if (!existsSync(folder))
    curlew('train', file, '--seed', String(experiment.seed), ...how, '--out', flags.out);
  else if (readStatus(folder).state !== 'finished') curlew('train', '--resume', folder);
  return folder;
}

function resultOf(folder: string): Result | undefined {
  if (!existsSync(folder) || readStatus(folder).state !== 'finished') return undefined;
  // A run may have been made before, on another engine than asked for now.
  const engine = experimentOf(folder).engine.name;
  let result: Result | undefined;
  const curve: number[] = [];
  for (const { kind, wallSeconds, values } of metricLines(folder)) {
    if (kind !== 'evaluation') continue;
    const random = values['random.return.mean'];
    curve.push(values['return.mean']);
    result = { engine, trained: values['return.mean'], curve, random, minutes: wallSeconds / 60 };
  }
  return result;
}

const shown = (x: number) => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(1));

/** Mean with the 95 % t interval. */
function interval(numbers: readonly number[]): string {
  const { mean: centre, half } = meanAndInterval(numbers);
  if (numbers.length < 2) return shown(centre);
  return `${shown(centre)} [${shown(centre - half)}, ${shown(centre + half)}]`;
}

const BARS = [...'▁▂▃▄▅▆▇█'];

/** Means over runs as bars, from 0 (or the lowest one below it) to the highest. */
function sparkline(curves: readonly (readonly number[])[]): string {
  const points = curves[0].map((_, k) => mean(curves.flatMap((curve) => curve[k] ?? [])));
  const [low, high] = [Math.min(0, ...points), Math.max(...points)];
  const share = (x: number) => (high > low ? (x - low) / (high - low) : 0);
  return points.map((x) => BARS[Math.round(share(x) * (BARS.length - 1))]).join('');
}

/** Mean score of the scripted player under an experiment's rules; undefined where there is none. */
async function scripted({ env: part }: Experiment): Promise<number | undefined> {
  const player = arcadePolicies[part.id];
  if (!player) return undefined;
  const { id, ...options } = part;
  const scores: number[] = [];
  for (let episode = 0; episode < player.episodes; episode++) {
    const env = (await make(id, { ...options, observation: 'state', frameStack: 1 })) as Env<Float32Array>;
    env.reset({ seed: 1000 + episode });
    const act = player.policy(env);
    let score = 0;
    for (let ended = false; !ended;) {
      const step = env.step(act());
      score += step.reward;
      ended = step.terminated || step.truncated;
    }
    env.close();
    scores.push(score);
  }
  return mean(scores);
}

/** Mean minutes of a run on each engine. */
function minutes(results: readonly Result[]): string {
  const engines = [...new Set(results.map(({ engine }) => engine))];
  const spent = (engine: string) =>
    mean(results.flatMap((run) => (run.engine === engine ? run.minutes : [])));
  return engines.map((engine) => `${shown(spent(engine))} (${engine})`).join(', ');
}

/** What the command line changes in every experiment. */
function overrides(seed: number): Record<string, string> {
  return {
    seed: String(seed),
    ...(flags.engine && { 'engine.name': engineOf(seed)! }),
    ...(flags.threads && { 'engine.threads': flags.threads }),
  };
}

async function rowOf(file: string): Promise<string[] | undefined> {
  const results: Result[] = [];
  let experiment: Experiment | undefined;
  for (let seed = 1; seed <= Number(flags.seeds); seed++) {
    experiment = resolveExperiment(readExperiment(file, overrides(seed)));
    const result = resultOf(train(file, experiment));
    if (result) results.push(result);
  }
  if (!experiment || results.length === 0) return undefined;
  const trained = results.map((result) => result.trained);
  const random = results.flatMap((result) => result.random ?? []);
  const player = await scripted(experiment);
  return [
    `\`${file}\``,
    `${experiment.steps.toLocaleString('en')}`,
    String(results.length),
    interval(trained),
    `${shown(Math.min(...trained))} to ${shown(Math.max(...trained))}`,
    random.length > 0 ? shown(mean(random)) : '',
    player === undefined ? '' : shown(player),
    sparkline(results.map((result) => result.curve)),
    minutes(results),
  ];
}

if (files.length === 0) throw new InputError('Name the experiment files.');
const rows: string[][] = [];
for (const file of files) {
  const row = await rowOf(file);
  if (row) rows.push(row);
}
const table = markdownTable(
  [
    'experiment',
    'agent steps',
    'seeds',
    'last evaluation, mean [95 %]',
    'lowest to highest',
    'random',
    'scripted',
    'evaluations',
    'minutes (engine)',
  ],
  rows,
);
if (flags.page && !flags.print) writeSection(flags.page, flags.section, table);
console.log(table);
