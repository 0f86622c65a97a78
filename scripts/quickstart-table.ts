/**
 * Writes the table of docs/quickstart.md from the run folders of the quickstart experiment.
 *
 *     npm run -s quickstart:table -- runs/quickstart
 */
import { readFileSync } from 'node:fs';
import { InputError, writeFileAtomic } from '../src/base/index.ts';
import { listRuns, metricLines, readRun } from '../src/runs/index.ts';

const PAGE = new URL('../docs/quickstart.md', import.meta.url).pathname;
const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];

interface Row {
  seed: number;
  trained: number;
  spread: number;
  random: number;
  seconds: number;
  engine: string;
}

function rowOf(folder: string): Row {
  const { experiment, system } = readRun(folder);
  let row: Row | undefined;
  for (const { kind, wallSeconds, values } of metricLines(folder)) {
    if (kind !== 'evaluation' || !('random.return.mean' in values)) continue;
    row = {
      seed: experiment.seed,
      trained: values['return.mean'],
      spread: values['return.std'],
      random: values['random.return.mean'],
      seconds: wallSeconds,
      engine: `${system?.cpu.model}, ${system?.cpu.cores} cores`,
    };
  }
  if (!row) throw new InputError(`${folder} holds no comparison with the random policy.`);
  return row;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function table(rows: Row[]): string {
  const lines = rows.map(
    ({ seed, trained, spread, random, seconds }) =>
      `| ${seed} | ${trained.toFixed(0)} ± ${spread.toFixed(0)} | ${random.toFixed(0)} | ${(trained / random).toFixed(1)} | ${clock(seconds)} |`,
  );
  return [
    `Measured on: ${[...new Set(rows.map((row) => row.engine))].join('; ')}.`,
    '',
    '| seed | return of the trained policy | return of the random policy | ratio | minutes |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const folder = process.argv[2] ?? 'runs/quickstart';
const finished = listRuns(folder).filter(({ status }) => status.state === 'finished');
const rows = finished.map((run) => rowOf(run.folder)).sort((a, b) => a.seed - b.seed);
if (rows.length === 0) throw new InputError(`${folder} holds no finished run.`);
const page = readFileSync(PAGE, 'utf8');
const [before, after] = [page.split(BEGIN)[0], page.split(END)[1]];
writeFileAtomic(PAGE, `${before}${BEGIN}\n${table(rows)}\n${END}${after}`);
process.stdout.write(`${table(rows)}\n`);
