/**
 * Pretrains every objective on labelled pictures and tells how well a linear probe and 200 nearest neighbours tell the
 * classes, beside random features and a supervised network. Results go to results/vision/ as they come; a second
 * call goes on where the first stopped, and the table goes into docs/probing.md.
 *
 *     npm run -s check:vision                                    ten shapes, drawn here
 *     npm run -s check:vision -- --cifar data_batch_1.bin,data_batch_2.bin --test test_batch.bin
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, makeFolder, writeFileAtomic } from '../src/base/index.ts';
import { encoders } from '../src/curl/index.ts';
import { startEngine } from '../src/engine/index.ts';
import { VisionStudy, readCifar10, shapeImages, sliceImages, type VisionScore } from '../src/probe/index.ts';
import { readExperiment } from '../src/runs/index.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const PAGE = join(ROOT, 'docs/probing.md');
const [BEGIN, END] = ['<!-- vision: begin -->', '<!-- vision: end -->'];

const { values: flags } = parseArgs({
  options: {
    cifar: { type: 'string' },
    test: { type: 'string' },
    images: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'auto' },
    out: { type: 'string', default: join(ROOT, 'results/vision') },
    table: { type: 'boolean', default: false },
  },
});
const name = flags.cifar === undefined ? 'shapes' : 'cifar10';
const FILE = join(flags.out, `${name}.json`);

interface Cell extends VisionScore {
  method: string;
  seed: number;
}

interface Results {
  version: 1;
  data: string;
  images: number;
  testImages: number;
  updates: number;
  batchSize: number;
  cells: Cell[];
}

const OPTIONS: Record<string, { id: string; [option: string]: unknown }> = {
  ...Object.fromEntries(
    Object.keys(encoders)
      .filter((id) => id !== 'none')
      .map((id) => [id, { id }]),
  ),
  curl: { id: 'curl', initialBilinear: 'identity' },
};
const METHODS = ['random features', 'supervised', ...Object.keys(OPTIONS)];

function pictures() {
  const count = Number(flags.images);
  if (flags.cifar === undefined) {
    const all = shapeImages(count + 2000, 1);
    return { train: sliceImages(all, 0, count), test: sliceImages(all, count, count + 2000) };
  }
  if (flags.test === undefined) throw new InputError('--cifar needs --test FILE, such as test_batch.bin.');
  const [train, test] = [readCifar10(flags.cifar.split(',')), readCifar10(flags.test.split(','))];
  return { train: sliceImages(train, 0, count), test: sliceImages(test, 0, 2000) };
}

const experimentOf = (seed: number) =>
  readExperiment(join(ROOT, 'experiments/vision/shapes.yaml'), { seed: String(seed) });

function read(): Results {
  if (existsSync(FILE)) return JSON.parse(readFileSync(FILE, 'utf8')) as Results;
  const { steps, train } = experimentOf(1);
  const sizes = { images: Number(flags.images), testImages: 2000, updates: steps };
  return { version: 1, data: name, ...sizes, batchSize: train.batchSize, cells: [] };
}

function add(cell: Cell): void {
  const results = read();
  results.cells.push(cell);
  const { cells, ...head } = results;
  const lines = cells.map((each) => `  ${JSON.stringify(each)}`).join(',\n');
  makeFolder(flags.out);
  writeFileAtomic(FILE, `${JSON.stringify(head).slice(0, -1)},"cells":[\n${lines}\n]}\n`);
}

async function run(seed: number): Promise<void> {
  const missing = METHODS.filter(
    (m) => !read().cells.some((cell) => cell.seed === seed && cell.method === m),
  );
  if (missing.length === 0) return;
  const study = new VisionStudy({ experiment: experimentOf(seed), ...pictures() });
  for (const method of missing) {
    const start = performance.now();
    const score =
      method === 'random features'
        ? study.random()
        : method === 'supervised'
          ? study.supervised()
          : await study.pretrained(OPTIONS[method]);
    add({ method, seed, ...score });
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    process.stdout.write(
      `seed ${seed} ${method}: linear ${score.linear.toFixed(3)}, kNN ${score.knn.toFixed(3)}  ${seconds} s\n`,
    );
  }
}

function table(): string {
  const { cells, images, testImages, updates, batchSize, data } = read();
  const percent = (values: number[]) =>
    values.map((value) => (100 * value).toFixed(1)).join(', ') + (values.length > 0 ? ' %' : '');
  const rows = METHODS.map((method) => {
    const own = cells.filter((cell) => cell.method === method);
    return `| ${method} | ${percent(own.map(({ linear }) => linear))} | ${percent(own.map(({ knn }) => knn))} |`;
  });
  const seeds = new Set(cells.map(({ seed }) => seed)).size;
  return [
    `${data}: ${updates} updates of ${batchSize} images on ${images} pictures, accuracy on ${testImages} others; ${seeds} seed${seeds === 1 ? '' : 's'}.`,
    '',
    '| | linear probe | 200 neighbours |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

if (!flags.table) {
  await startEngine({ name: flags.engine as 'auto', threads: 1 });
  for (let seed = 1; seed <= Number(flags.seeds); seed++) await run(seed);
}
const text = table();
process.stdout.write(`${text}\n`);
if (name === 'shapes' && existsSync(PAGE)) {
  const page = readFileSync(PAGE, 'utf8');
  if (page.includes(BEGIN))
    writeFileAtomic(PAGE, `${page.split(BEGIN)[0]}${BEGIN}\n${text}\n${END}${page.split(END)[1]}`);
}
process.exit(0);
