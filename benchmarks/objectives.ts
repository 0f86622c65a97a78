import { parseArgs } from 'node:util';
import { Random, messageOf, writeFileAtomic } from '../src/base/index.ts';
import { encoders } from '../src/curl/index.ts';
import { startEngine, stopEngine } from '../src/engine/index.ts';
import { ReplayBuffer } from '../src/replay/index.ts';
import { parseExperiment } from '../src/runs/index.ts';
import { buildLearner, resolveExperiment } from '../src/train/index.ts';
import { markdownTable, writeSection } from '../scripts/tables.ts';
import { machine, median, table } from './engine/statistics.ts';

const HELP = `npm run bench:objectives -- [options]

Processor time of one update of SAC with each objective, sampling and cropping included, over that of SAC alone.

  --size N       side of the crops (default 48; frames are an eighth larger)
  --batch N      default 64
  --engine NAME  default wasm, one thread
  --rounds N     default 7, of one update of each; the median counts
  --json FILE    the results as JSON
  --docs         write the table into docs/encoders.md
`;

/** What the pages count beside the standard options of each objective: a bank and a queue of usual size are filled. */
const VARIANTS: [name: string, id: string, options: Record<string, string>][] = [
  ...Object.keys(encoders).map((id): [string, string, Record<string, string>] => [id, id, {}]),
  ['simclr-v2, memory 4096', 'simclr-v2', { 'encoder.memory': '4096' }],
  ['swav, 2 local crops', 'swav', { 'encoder.localCrops': '2' }],
  ['curl, mixup', 'curl', { 'encoder.mix': 'mixup' }],
  ['curl, colorJitter and blur', 'curl', { 'augment.views': '[colorJitter, blur]' }],
];

const ACTION_SIZE = 6;
const STEPS = 200;

/** A buffer of noise to draw batches from. */
function replayOf(side: number): ReplayBuffer {
  const random = Random.stream(1, 'bench', 'replay');
  const shape = { height: side, width: side, channels: 3, stack: 3 };
  const replay = new ReplayBuffer({ ...shape, capacity: STEPS, actionSize: ACTION_SIZE, random });
  const noise = new Uint8Array(side * side * 9 + STEPS).map(() => random.integer(256));
  const frames = (step: number) => noise.subarray(step, step + side * side * 9);
  replay.start(frames(0));
  for (let step = 0; step < STEPS; step++) {
    replay.add({
      action: random.normals(ACTION_SIZE).map(Math.tanh),
      reward: random.normal(),
      observation: frames(step),
      terminated: false,
      truncated: false,
    });
  }
  return replay;
}

/** Processor seconds, all threads, of one sampled update. */
function updateOf(
  id: string,
  options: Record<string, string>,
  size: number,
  batch: number,
  replay: ReplayBuffer,
) {
  const experiment = parseExperiment(`env: { id: control/CheetahRun-v0 }`, 'bench', {
    'env.size': String(replay.options.height),
    'augment.crop': String(size),
    'agent.hidden': '256',
    'backbone.filters': '16',
    'backbone.strides': '[2, 2, 1]',
    'train.batchSize': String(batch),
    'encoder.id': id,
    ...options,
  });
  const learner = buildLearner(
    resolveExperiment(experiment),
    { height: replay.options.height, width: replay.options.width, channels: 9 },
    { kind: 'continuous', size: ACTION_SIZE },
  );
  return {
    learner,
    async time(): Promise<number> {
      const before = process.cpuUsage();
      // Two updates, since the actor and the targets move at every second one; `log` waits for the engine.
      await learner.update(learner.sample(replay), { log: false });
      await learner.update(learner.sample(replay), { log: true });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 2e6;
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '48' },
      batch: { type: 'string', default: '64' },
      engine: { type: 'string', default: 'wasm' },
      rounds: { type: 'string', default: '7' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [size, batch, rounds] = [values.size, values.batch, values.rounds].map(Number);
  const engine = await startEngine({ name: values.engine as 'wasm', threads: 1 });
  const replay = replayOf(Math.round((size * 9) / 8));
  const works = VARIANTS.map(([name, id, options]) => ({
    name,
    ...updateOf(id, options, size, batch, replay),
  }));
  const plain = works.find(({ name }) => name === 'none')!;
  const seconds = new Map(works.map(({ name }) => [name, [] as number[]]));
  for (const { time } of works) await time();
  // Rounds of everything, so that what slows the machine for a while slows all of it.
  for (let round = 0; round < rounds; round++) {
    for (const { name, time } of works) seconds.get(name)!.push(await time());
  }
  for (const { learner } of works) learner.dispose();
  await stopEngine();

  const base = median(seconds.get(plain.name)!);
  const results = works.map(({ name }) => {
    const own = median(seconds.get(name)!);
    return { name, milliseconds: 1000 * own, ratio: own / base };
  });
  const header = ['objective', 'ms an update', 'over SAC alone'];
  const rows = results.map(({ name, milliseconds, ratio }) => [
    name,
    milliseconds.toFixed(0),
    ratio.toFixed(2),
  ]);
  process.stdout.write(`${table([header, ...rows]).join('\n')}\n`);
  const system = machine();
  if (values.docs) {
    const about = `Batch ${batch} of ${size}x${size}x9, 16 filters, 256 hidden units, ${engine.name} engine; processor time, median of ${rounds} rounds; ${system.processor}, one thread.`;
    writeSection('encoders.md', 'cost', `${about}\n\n${markdownTable(header, rows)}`);
  }
  if (values.json !== undefined) {
    const summary = { version: 1, machine: system, size, batch, rounds, engine: engine.name, results };
    writeFileAtomic(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
