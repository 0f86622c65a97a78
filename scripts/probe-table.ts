/**
 * Pretrains every objective on the same frames of three tasks, probes the encoders, and writes the table of
 * docs/probing.md. Results go to results/probe/ as they come, so that a second call goes on where the first stopped.
 *
 *     npm run -s probe:table                       all that is missing, then the table
 *     npm run -s probe:table -- --table            the table alone
 *     npm run -s probe:table -- --seeds 2 --out DIR
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFolder, meanAndInterval, writeFileAtomic } from '../src/base/index.ts';
import { encoders } from '../src/curl/index.ts';
import { Study, type LinearScore } from '../src/probe/index.ts';
import { envShortName, readExperiment } from '../src/runs/index.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const PAGE = join(ROOT, 'docs/probing.md');
const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];
const TASKS = ['cartpole-swingup', 'reacher-easy', 'pong'];
const PROBE_FRAMES = 3000;
/** Options beside an objective's defaults (the preset for RL). CURL's own start is a row of its own. */
const OPTIONS: Record<string, { id: string; [option: string]: unknown }> = {
  ...Object.fromEntries(
    Object.keys(encoders)
      .filter((id) => id !== 'none')
      .map((id) => [id, { id }]),
  ),
  curl: { id: 'curl', initialBilinear: 'identity' },
  'curl, W uniform': { id: 'curl', initialBilinear: 'uniform' },
};
const METHODS = ['pixels', 'random', ...Object.keys(OPTIONS)];

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    out: { type: 'string', default: join(ROOT, 'results/probe') },
    table: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'auto' },
    only: { type: 'string' },
  },
});

interface Cell extends LinearScore {
  method: string;
  seed: number;
  /** Mean standard deviation of the projections at the end, where the objective tells it. */
  embeddingStd: number | null;
}

interface Results {
  version: 1;
  env: string;
  updates: number;
  batchSize: number;
  frames: number;
  probeFrames: number;
  cells: Cell[];
}

const fileOf = (task: string) => join(flags.out, `${task}.json`);
const experimentOf = (task: string, seed: number) =>
  readExperiment(join(ROOT, `experiments/pretrain/${task}.yaml`), {
    seed: String(seed),
    'engine.name': flags.engine,
    'engine.threads': '1',
  });

function resultsOf(task: string): Results {
  if (existsSync(fileOf(task))) return JSON.parse(readFileSync(fileOf(task), 'utf8')) as Results;
  const { env, steps, train, pretrain } = experimentOf(task, 1);
  const sizes = { updates: steps, batchSize: train.batchSize, frames: pretrain!.frames };
  return { version: 1, env: env.id, ...sizes, probeFrames: PROBE_FRAMES, cells: [] };
}

function add(task: string, cell: Cell): void {
  const results = resultsOf(task);
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const r2 = Object.fromEntries(Object.entries(cell.r2).map(([name, value]) => [name, round(value)]));
  results.cells.push({ ...cell, mean: round(cell.mean), r2 });
  const cells = results.cells.map((each) => `  ${JSON.stringify(each)}`).join(',\n');
  const head = JSON.stringify({ ...results, cells: undefined }).slice(0, -1);
  makeFolder(flags.out);
  writeFileAtomic(fileOf(task), `${head},"cells":[\n${cells}\n]}\n`);
}

async function run(task: string, seed: number): Promise<void> {
  const done = resultsOf(task).cells.filter((cell) => cell.seed === seed);
  const chosen = flags.only?.split(',') ?? METHODS;
  const missing = chosen.filter((method) => !done.some((cell) => cell.method === method));
  if (missing.length === 0) return;
  const study = await Study.prepare(experimentOf(task, seed), PROBE_FRAMES);
  for (const method of missing) {
    const start = performance.now();
    let embeddingStd: number | null = null;
    let features;
    if (method === 'pixels') features = study.rawPixels();
    else if (method === 'random') features = study.untrained();
    else {
      const { embeddings, health } = await study.pretrained(OPTIONS[method]);
      features = embeddings;
      embeddingStd = Number.isFinite(health) ? Math.round(health * 1e4) / 1e4 : null;
    }
    const score = study.score(features);
    add(task, { method, seed, ...score, embeddingStd });
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(
      `${task} seed ${seed} ${method} ${score.mean.toFixed(3)}  ${seconds.toFixed(0)} s\n`,
    );
  }
  study.close();
}

interface Summary {
  mean: number;
  /** Half of the 95 % interval; NaN for one value. */
  half: number;
  n: number;
}

function summary(values: number[]): Summary {
  return { ...meanAndInterval(values), n: values.length };
}

const text = ({ mean, half }: Summary) =>
  `${mean.toFixed(2)} ± ${Number.isFinite(half) ? half.toFixed(2) : '?'}`;

function table(): string {
  const all = TASKS.map(resultsOf);
  const means = (results: Results, method: string) =>
    new Map(results.cells.filter((cell) => cell.method === method).map((cell) => [cell.seed, cell.mean]));
  const rows = METHODS.map((method) => {
    let better = 0;
    const columns = all.flatMap((results) => {
      const own = means(results, method);
      const random = means(results, 'random');
      if (own.size === 0) return ['', ''];
      const gains = [...own].flatMap(([seed, mean]) => {
        const base = random.get(seed);
        return base === undefined ? [] : [mean - base];
      });
      const gain = summary(gains);
      if (gain.mean - gain.half > 0) better++;
      return [
        text(summary([...own.values()])),
        method === 'random' ? '' : `${gain.mean < 0 ? '' : '+'}${text(gain)}`,
      ];
    });
    const verdict = method === 'random' || method === 'pixels' ? '' : `${better} of ${all.length}`;
    return `| \`${method}\` | ${columns.join(' | ')} | ${verdict} |`;
  });
  const seeds = Math.min(...all.flatMap((results) => METHODS.map((method) => means(results, method).size)));
  const most = Math.max(...all.flatMap((results) => METHODS.map((method) => means(results, method).size)));
  const [{ updates, batchSize, frames, probeFrames }] = all;
  return [
    `${updates} updates of ${batchSize} images on ${frames} frames, probed on ${probeFrames} others; ${seeds === most ? seeds : `${seeds} to ${most}`} seeds.`,
    '',
    `| | ${all.flatMap(({ env }) => [envShortName(env), 'gain']).join(' | ')} | better than random on |`,
    `|---|${'---|'.repeat(2 * all.length)}---|`,
    ...rows,
  ].join('\n');
}

if (!flags.table)
  // Seed by seed, so that whatever is there is a whole table.
  for (let seed = 1; seed <= Number(flags.seeds); seed++) for (const task of TASKS) await run(task, seed);
const text_ = table();
process.stdout.write(`${text_}\n`);
if (existsSync(PAGE)) {
  const page = readFileSync(PAGE, 'utf8');
  if (page.includes(BEGIN))
    writeFileAtomic(PAGE, `${page.split(BEGIN)[0]}${BEGIN}\n${text_}\n${END}${page.split(END)[1]}`);
}
process.exit(0);
