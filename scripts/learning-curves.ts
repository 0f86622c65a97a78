/**
 * Draws what runs of `scripts/learning-table.ts` learned, one panel an experiment, as a picture of docs/images/:
 *
 *   npx tsx scripts/learning-curves.ts --picture agents.svg --seeds 5 experiments/discrete-sac/*.yaml
 *
 * The line is the mean over seeds, the shade its 95 % t interval, the dashes the random policy. `--out` is the folder of
 * the runs (runs/learning). Seeds that are not finished are left out, and the panel says how many there are.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, makeFolder, mean, meanAndInterval, writeFileAtomic } from '../src/base/index.ts';
import { envShortName, metricLines, readExperiment, readStatus, runName } from '../src/runs/index.ts';
import { resolveExperiment } from '../src/train/index.ts';

const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'runs/learning' },
    seeds: { type: 'string', default: '5' },
    picture: { type: 'string' },
  },
});

/** Returns of each seed by environment step, and the random policy's. */
interface Panel {
  title: string;
  returns: Map<number, number[]>;
  random: number[];
  seeds: number;
}

const [WIDTH, HEIGHT] = [360, 240];
const MARGIN = { left: 48, right: 20, top: 28, bottom: 40 };
const COLOUR = '#2f6db3';

function panelOf(file: string): Panel {
  const returns = new Map<number, number[]>();
  const random: number[] = [];
  let seeds = 0;
  const { env, agent, encoder } = resolveExperiment(readExperiment(file));
  for (let seed = 1; seed <= Number(flags.seeds); seed++) {
    const experiment = resolveExperiment(readExperiment(file, { seed: String(seed) }));
    const folder = join(flags.out, experiment.name, runName(experiment));
    if (!existsSync(folder) || readStatus(folder).state !== 'finished') continue;
    seeds++;
    for (const { kind, envStep, values } of metricLines(folder)) {
      if (kind !== 'evaluation') continue;
      returns.set(envStep, [...(returns.get(envStep) ?? []), values['return.mean']]);
      if (values['random.return.mean'] !== undefined) random.push(values['random.return.mean']);
    }
  }
  const seen = env.observation === 'state' ? 'states' : 'pixels';
  const method = encoder.id === 'none' ? agent.id : `${agent.id} + ${encoder.id}`;
  const title = `${envShortName(env.id)}, ${method}, ${seen}, ${seeds} seed${seeds === 1 ? '' : 's'}`;
  return { title, returns, random, seeds };
}

/** A point of the curve; the mean alone where there is one seed. */
function pointOf(step: number, values: readonly number[]) {
  const { mean: value, half } = meanAndInterval(values);
  return { step, value, half: values.length > 1 ? half : 0 };
}

/** A round number at or above the highest value. */
function ceiling(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, 1e-9)));
  return [1, 2, 2.5, 5, 10].map((m) => m * power).find((end) => end >= highest) ?? 10 * power;
}

function svgOf({ title, returns, random }: Panel, left: number, top: number): string {
  const points = [...returns].sort(([a], [b]) => a - b).map(([step, values]) => pointOf(step, values));
  const last = points[points.length - 1].step;
  const highest = ceiling(Math.max(...points.map(({ value, half }) => value + half), ...random));
  const lowest = Math.min(0, ...points.map(({ value, half }) => value - half), ...random);
  const x = (step: number) =>
    (left + MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (value: number) => {
    const share = (value - lowest) / (highest - lowest);
    return (top + HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const [step, value] = [share * last, share * highest];
    return (
      `<line x1="${x(0)}" x2="${x(last)}" y1="${y(value)}" y2="${y(value)}" stroke="#e3e5e7"/>` +
      `<text x="${Number(x(0)) - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>` +
      `<text x="${x(step)}" y="${top + HEIGHT - 22}" text-anchor="middle">${Number((step / 1000).toPrecision(3))}k</text>`
    );
  });
  const corner = (value: (point: (typeof points)[number]) => number) => (point: (typeof points)[number]) =>
    `${x(point.step)},${y(value(point))}`;
  const upper = points.map(corner(({ value, half }) => value + half));
  const lower = points.map(corner(({ value, half }) => value - half)).reverse();
  const chance = random.length > 0 ? y(mean(random)) : null;
  return [
    `<text x="${left + MARGIN.left}" y="${top + 16}" font-weight="600">${title}</text>`,
    ...ticks,
    `<text x="${x(last / 2)}" y="${top + HEIGHT - 6}" text-anchor="middle">environment steps</text>`,
    `<polygon points="${[...upper, ...lower].join(' ')}" fill="${COLOUR}" fill-opacity="0.18"/>`,
    `<polyline points="${points.map(corner(({ value }) => value)).join(' ')}" fill="none" stroke="${COLOUR}" stroke-width="2"/>`,
    chance === null
      ? ''
      : `<line x1="${x(0)}" x2="${x(last)}" y1="${chance}" y2="${chance}" stroke="#888" stroke-dasharray="4 4"/>`,
  ].join('');
}

if (files.length === 0 || !flags.picture) throw new InputError('Name a --picture and the experiment files.');
const panels = files.map(panelOf).filter(({ seeds }) => seeds > 0);
if (panels.length === 0) throw new InputError(`There are no finished runs in ${flags.out}.`);
const columns = Math.min(2, panels.length);
const [width, height] = [columns * WIDTH, Math.ceil(panels.length / columns) * HEIGHT];
const bodies = panels.map((panel, i) =>
  svgOf(panel, (i % columns) * WIDTH, Math.floor(i / columns) * HEIGHT),
);
const folder = new URL('../docs/images/', import.meta.url).pathname;
makeFolder(folder);
writeFileAtomic(
  join(folder, flags.picture),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#2a3036"><rect width="100%" height="100%" fill="#ffffff"/>${bodies.join('')}</svg>\n`,
);
