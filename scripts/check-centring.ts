/**
 * How soon a pixel network learns where the basket and the fruit of Catch are, from pictures as they are, moved by a
 * half, and moved by the mean picture (`train.centrePictures`):
 *
 *   npm run check:centring                 writes the table of docs/agents.md
 *   npm run check:centring -- --print      shows it and leaves the page alone
 *
 * One supervised problem, so that nothing of reinforcement learning comes into it: 2000 pictures of random play, batches
 * of 64, Adam at 1e-3, squared error; R^2 of the three coordinates on 500 later pictures, the worst of them. `--engine`
 * takes another engine than wasm. A minute on one core.
 */
import { parseArgs } from 'node:util';
import { Random } from '../src/base/index.ts';
import { PictureCentre, backbones, centredBackbone, newEncoder } from '../src/encoders/index.ts';
import type { Backbone, Centring } from '../src/encoders/index.ts';
import {
  Adam,
  MultilayerPerceptron,
  Parameters,
  bytesToFloat,
  lossAndGradients,
  startEngine,
  tf,
} from '../src/engine/index.ts';
import { make, type Env } from '../src/envs/index.ts';
import { markdownTable, writeSection } from './tables.ts';

const [TRAIN, TEST, BATCH, TARGETS] = [2000, 500, 64, 3];
const SHAPE = { height: 48, width: 48, channels: 6 };
const BYTES = SHAPE.height * SHAPE.width * SHAPE.channels;
const AT = [50, 100, 200, 400];

const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: 'wasm' },
    print: { type: 'boolean', default: false },
  },
});

interface Pictures {
  bytes: Uint8Array;
  /** Columns of basket and fruit and the fruit's row, `[n, 3]`, each with mean 0 and variance 1. */
  places: Float32Array;
}

/** Pictures of a player that holds random buttons, one agent step apart. */
async function collect(): Promise<Pictures> {
  const env = (await make('arcade/Catch-v0', { size: 48, actionRepeat: 3, frameStack: 2 })) as Env<
    Uint8Array,
    number
  >;
  const random = Random.stream(1, 'pictures');
  const bytes = new Uint8Array((TRAIN + TEST) * BYTES);
  const places = new Float32Array((TRAIN + TEST) * TARGETS);
  env.reset({ seed: 1 });
  let button = 0;
  for (let k = 0; k < TRAIN + TEST; k++) {
    if (random.uniform() < 0.3) button = random.integer(3);
    const { observation, info, terminated, truncated } = env.step(button);
    bytes.set(observation, k * BYTES);
    places.set((info.state as Float64Array).subarray(0, TARGETS), k * TARGETS);
    if (terminated || truncated) env.reset();
  }
  env.close();
  for (let j = 0; j < TARGETS; j++) {
    const column = places.filter((_, i) => i % TARGETS === j);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
    column.forEach((x, k) => (places[k * TARGETS + j] = (x - mean) / deviation));
  }
  return { bytes, places };
}

function batchOf({ bytes, places }: Pictures, entries: number[]): [tf.Tensor4D, tf.Tensor2D] {
  const images = new Uint8Array(entries.length * BYTES);
  entries.forEach((k, i) => images.set(bytes.subarray(k * BYTES, (k + 1) * BYTES), i * BYTES));
  const targets = entries.map((k) => [...places.subarray(k * TARGETS, (k + 1) * TARGETS)]);
  const { height, width, channels } = SHAPE;
  return [bytesToFloat<tf.Rank.R4>(images, [entries.length, height, width, channels]), tf.tensor2d(targets)];
}

/** The worst R^2 after each of `AT` updates. */
function learn(pictures: Pictures, backbone: Backbone, options: unknown, kind: Centring): number[] {
  const random = Random.stream(1, 'weights');
  const centre = new PictureCentre(kind, SHAPE);
  if (centre.wanting) centre.measure([pictures.bytes.subarray(0, TRAIN * BYTES)]);
  const encoder = newEncoder(centredBackbone(backbone, centre), options, SHAPE, random);
  const network = new MultilayerPerceptron([encoder.head.size, 128, TARGETS], random);
  const parameters = Parameters.join({ encoder: encoder.parameters, network: network.parameters });
  const optimiser = new Adam(parameters, { learningRate: 1e-3 });
  const test = Array.from({ length: TEST }, (_, k) => TRAIN + k);
  const worst = () =>
    tf.tidy(() => {
      const [images, targets] = batchOf(pictures, test);
      const missed = tf.squaredDifference(network.apply(encoder.encode(images)), targets);
      const spread = tf.squaredDifference(targets, tf.mean(targets, 0, true));
      const r2 = tf.sub(1, tf.div(tf.mean(missed, 0), tf.mean(spread, 0)));
      return tf.min(r2).dataSync()[0];
    });
  const found: number[] = [];
  for (let update = 1; update <= AT[AT.length - 1]; update++) {
    const entries = Array.from({ length: BATCH }, () => random.integer(TRAIN));
    tf.tidy(() => {
      const [images, targets] = batchOf(pictures, entries);
      const { gradients } = lossAndGradients(
        () => tf.mean(tf.squaredDifference(network.apply(encoder.encode(images)), targets)),
        parameters,
      );
      optimiser.apply(gradients);
    });
    if (AT.includes(update)) found.push(worst());
  }
  optimiser.dispose();
  parameters.dispose();
  centre.dispose();
  return found;
}

await startEngine({ name: flags.engine as 'wasm', threads: 1 });
const pictures = await collect();
const networks: [string, Backbone, unknown][] = [
  ['`conv`, 16 filters', backbones.conv as Backbone, { filters: 16, strides: [2, 2, 1] }],
  ['`nature`, 16, 32, 32', backbones.nature as Backbone, { filters: [16, 32, 32], features: 128 }],
];
const rows = networks.flatMap(([name, backbone, options]) =>
  (['none', 'half', 'mean'] as const).map((kind) => {
    const found = learn(pictures, backbone, backbone.options.parse(options), kind);
    return [name, `\`${kind}\``, ...found.map((r2) => Math.max(0, r2).toFixed(2))];
  }),
);
const table = markdownTable(['backbone', '`centrePictures`', ...AT.map((n) => `${n} updates`)], rows);
if (!flags.print) writeSection('agents.md', 'centring', table);
console.log(table);
