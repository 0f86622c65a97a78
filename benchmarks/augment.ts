import { parseArgs } from 'node:util';
import { Random, messageOf, writeFileAtomic } from '../src/base/index.ts';
import { augment, augmentSteps, augmentations, type AugmentationName } from '../src/encoders/index.ts';
import { bytesToFloat, startEngine, stopEngine, tf } from '../src/engine/index.ts';
import { markdownTable, writeSection } from '../scripts/tables.ts';
import { machine, median, table } from './engine/statistics.ts';
import { tensorOps } from './augment/tensor-ops.ts';

const HELP = `npm run bench:augment -- [options]

Images a second on one core for each augmentation, always made: on bytes in plain memory as training does it, and as tensor
operations on an engine with one thread. Time is processor time, so that other work on the machine disturbs it little.

  --size N       side of the images (default 84)
  --frames N     frames of a stack (default 3)
  --batch N      images of a batch (default 32)
  --engine NAME  engine of the tensor operations (default wasm)
  --rounds N     default 5; the median counts
  --json FILE    the results as JSON
  --docs         write the table into docs/augmentations.md
`;

/** Seconds of processor time, all threads, that some work takes. */
function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '84' },
      frames: { type: 'string', default: '3' },
      batch: { type: 'string', default: '32' },
      engine: { type: 'string', default: 'wasm' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [size, frames, batch, rounds] = [values.size, values.frames, values.batch, values.rounds].map(Number);
  const engine = await startEngine({ name: values.engine as 'wasm', threads: 1 });
  const channels = 3 * frames;
  const random = Random.stream(1, 'bench', 'augment');
  const bytes = Uint8Array.from({ length: batch * size * size * channels }, () => random.integer(256));
  const one = size * size * channels;
  const images = bytesToFloat<tf.Rank.R4>(bytes, [batch, size, size, channels]);

  const onBytes = (name: AugmentationName) => () => {
    const crop = name === 'crop' && { size: Math.round(0.84 * size) };
    const [step] = augmentSteps([{ op: name, p: 1, ...crop }]);
    for (let k = 0; k < batch; k++) {
      const data = bytes.subarray(k * one, (k + 1) * one);
      augment({ height: size, width: size, channels, data }, [step], random);
    }
  };
  const onEngine = (name: AugmentationName) => {
    const make = tensorOps[name];
    // Reading one number back waits for all of the work.
    return make && (() => void tf.tidy(() => tf.max(make(images, random)).dataSync()));
  };
  const speed = (work: (() => void) | undefined): number | null => {
    if (!work) return null;
    work();
    work();
    return batch / median(Array.from({ length: rounds }, () => processorSeconds(work)));
  };

  const results = Object.keys(augmentations).map((name) => {
    const known = name as AugmentationName;
    return { name, bytes: speed(onBytes(known)), engine: speed(onEngine(known)) };
  });
  images.dispose();
  await stopEngine();

  const header = ['augmentation', 'bytes', `tensors on ${engine.name}`];
  const text = (value: number | null) => (value === null ? '-' : String(Number(value.toPrecision(2))));
  const rows = results.map(({ name, bytes: plain, engine: tensors }) => [name, text(plain), text(tensors)]);
  process.stdout.write(`${table([header, ...rows]).join('\n')}\n`);
  const system = machine();
  if (values.docs) {
    const about = `Images a second on one core (processor time, median of ${rounds} rounds of ${batch} images of ${size}x${size}x${channels}); ${system.processor}.`;
    const page = rows.map(([name, ...speeds]) => [`\`${name}\``, ...speeds]);
    writeSection('augmentations.md', 'speed', `${about}\n\n${markdownTable(header, page)}`);
  }
  if (values.json !== undefined) {
    const summary = {
      version: 1,
      machine: system,
      size,
      frames,
      batch,
      rounds,
      engine: engine.name,
      results,
    };
    writeFileAtomic(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
