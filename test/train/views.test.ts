import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { ReplayBuffer } from '../../src/replay/index.ts';
import { parseExperiment } from '../../src/runs/index.ts';
import { buildLearner, resolveExperiment, type PixelLearner } from '../../src/train/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const SIZE = 20;

function replayOfNoise(): ReplayBuffer {
  const random = Random.stream(1, 'noise');
  const frame = () => Uint8Array.from({ length: SIZE * SIZE * 9 }, () => random.integer(256));
  const replay = new ReplayBuffer({
    ...{ capacity: 40, height: SIZE, width: SIZE, channels: 3, stack: 3, actionSize: 1 },
    random: Random.stream(1, 'replay'),
  });
  replay.start(frame());
  for (let k = 0; k < 30; k++) {
    const action = Float32Array.of(random.uniform(-1, 1));
    replay.add({ action, reward: k % 3, observation: frame(), terminated: false, truncated: false });
  }
  return replay;
}

test.each(['reference', 'joint'])(
  'an agent that averages over views gets crops of its own for each (%s)',
  async (update) => {
    const experiment = parseExperiment('env: { id: control/CartpoleSwingup-v0, size: 20 }', 'inline', {
      'augment.crop': '16',
      'train.batchSize': '8',
      agent: `{ id: sac, update: ${update}, hidden: 8, lossViews: 2, targetViews: 3 }`,
      backbone: '{ id: conv, filters: 4, strides: [2, 1], features: 8 }',
    });
    const observation = { height: SIZE, width: SIZE, channels: 9 };
    const actions = { kind: 'continuous', size: 1 } as const;
    const learner = buildLearner(resolveExperiment(experiment), observation, actions) as PixelLearner;
    const batch = learner.sample(replayOfNoise());
    const { more } = batch;
    expect([more.observations.length, more.nextObservations.length]).toEqual([1, 2]);
    const all = [
      batch.observations,
      batch.nextObservations,
      ...batch.views.images.filter((images) => images !== null),
      ...more.observations,
      ...more.nextObservations,
    ];
    const texts = new Set(all.map((images) => Buffer.from(images).toString('base64')));
    expect(texts.size).toBe(all.length);
    for (let k = 0; k < 3; k++) {
      const metrics = await learner.update(batch, { log: true });
      expect(Object.values(metrics!).every(Number.isFinite)).toBe(true);
    }
    const alive = tf.memory().numTensors;
    for (let k = 0; k < 4; k++) await learner.update(batch, { log: false });
    expect(tf.memory().numTensors).toBe(alive);
    learner.dispose();
  },
);
