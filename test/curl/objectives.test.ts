import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { encoders, type ContrastiveLearner, type Samples } from '../../src/curl/index.ts';
import { checkNoLeak, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { randomBatch, randomImages, smallAgent, smallObjective } from '../agents/fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

type Id = keyof typeof encoders;

/** Small forms of every objective, with several norms in their heads. */
const FORMS: [name: string, id: Id, options: Record<string, unknown>][] = [
  ['curl', 'curl', {}],
  ['simclr, layer norm', 'simclr', { hidden: 16, size: 8, norm: 'layer' }],
  ['simclr', 'simclr', { hidden: 16, size: 8 }],
  ['simclr-v2', 'simclr-v2', { hidden: 16, size: 8 }],
  ['simclr-v2, memory', 'simclr-v2', { preset: 'paper', hidden: 16, size: 8, memory: 20 }],
  ['moco', 'moco', { size: 8, queue: 20 }],
  ['moco, no norm', 'moco', { preset: 'paper', size: 8, queue: 20 }],
  ['moco-v2', 'moco-v2', { hidden: 16, size: 8, queue: 20 }],
  ['curl, mixed', 'curl', { mix: 'cutmix' }],
  ['simclr, mixed', 'simclr', { hidden: 16, size: 8, mix: 'mixup', mixAlpha: 2 }],
  ['moco-v2, mixed', 'moco-v2', { hidden: 16, size: 8, queue: 20, mix: 'mixup' }],
  ['moco-v3, mixed', 'moco-v3', { hidden: 16, size: 8, mix: 'cutmix' }],
  ['moco-v2, split batch norm', 'moco-v2', { hidden: 16, size: 8, queue: 20, splits: 2 }],
  ['moco-v3, layer norm', 'moco-v3', { hidden: 16, size: 8, norm: 'layer' }],
  ['moco-v3', 'moco-v3', { hidden: 16, size: 8, schedule: 10 }],
  ['swav', 'swav', { hidden: 16, size: 8, prototypes: 6, freeze: 3 }],
  [
    'swav, queue and local crops',
    'swav',
    { hidden: 16, size: 8, prototypes: 6, freeze: 3, queue: 20, queueFrom: 2, localCrops: 2 },
  ],
  ['memory-bank', 'memory-bank', { size: 8, negatives: 10 }],
  ['memory-bank, softmax', 'memory-bank', { size: 8, form: 'softmax', norm: 'none' }],
  ['atc', 'atc', { hidden: 16, size: 8, steps: 3 }],
  ['byol', 'byol', { hidden: 16, size: 8 }],
  ['barlow', 'barlow', { hidden: 16, size: 8, norm: 'layer' }],
  ['vicreg', 'vicreg', { hidden: 16, size: 8 }],
];

const BATCH = 8;
const CAPACITY = 16;

/** What replay would tell of update t: slots of a ring that new transitions overwrite as time goes on. */
function samplesAt(learner: ContrastiveLearner, t: number): Samples {
  const random = Random.stream(t, 'samples');
  const added = CAPACITY + t;
  const slots = Int32Array.from({ length: BATCH }, () => random.integer(CAPACITY));
  return {
    slots,
    numbers: slots.map((slot) => slot + CAPACITY * Math.floor((added - 1 - slot) / CAPACITY)),
    oldest: added - CAPACITY,
    valid: learner.views.map(() => Float32Array.from({ length: BATCH }, (_, i) => (i === t % BATCH ? 0 : 1))),
  };
}

/** Views of update t: the first is the agent's. */
function viewsAt(learner: ContrastiveLearner, t: number): tf.Tensor4D[] {
  return learner.views.map((_, k) => randomImages(100 * t + k, BATCH));
}

/** One update of agent and objective, as training does it. */
function update(agent: ReturnType<typeof smallAgent>, learner: ContrastiveLearner, t: number) {
  return tf.tidy(() => {
    const batch = randomBatch(t, BATCH);
    agent.update(batch, { log: true });
    const views = [batch.observations, ...viewsAt(learner, t).slice(1)];
    return learner.update(views, { log: true, samples: samplesAt(learner, t) })! as never;
  }) as Record<string, number>;
}

test('every objective of the registry is tried', () => {
  expect(new Set(FORMS.map(([, id]) => id))).toEqual(
    new Set(Object.keys(encoders).filter((id) => id !== 'none')),
  );
});

describe.each(FORMS)('%s', (_, id, options) => {
  test('trains beside SAC with finite numbers and without a leak', async () => {
    const agent = smallAgent();
    const learner = smallObjective(id, agent, options);
    for (let t = 0; t < 5; t++) update(agent, learner, t);
    await checkNoLeak(() => {
      for (let t = 5; t < 11; t++) {
        const numbers = update(agent, learner, t);
        expect(Object.keys(numbers)).toContain('loss.contrastive');
        for (const [name, value] of Object.entries(numbers)) expect(value, name).toSatisfy(Number.isFinite);
      }
    });
    const before = tf.memory().numTensors;
    learner.dispose();
    agent.dispose();
    expect(tf.memory().numTensors).toBeLessThan(before);
  });

  test('reaches the encoder and lowers its loss on one batch', async () => {
    const agent = smallAgent();
    const learner = smallObjective(id, agent, { ...options, learningRate: 1e-3 });
    const weights = await agent.encoder.parameters.save();
    // The same pictures in every view: what belongs together is easy to see.
    const images = randomImages(1, BATCH);
    const views = learner.views.map(() => images);
    const slots = Int32Array.from({ length: BATCH }, (_row, i) => i);
    const valid = views.map(() => new Float32Array(BATCH).fill(1));
    const samples: Samples = { slots, numbers: slots, oldest: 0, valid };
    const losses = Array.from(
      { length: 25 },
      () => learner.update(views, { log: true, samples })!['loss.contrastive'],
    );
    // A bank has no rows and a queue random ones at first: the highest of the early losses is what to beat.
    expect(losses.at(-1)).toBeLessThan(Math.max(...losses.slice(0, 8)));
    const after = await agent.encoder.parameters.save();
    for (const name of Object.keys(weights).filter((known) => known.endsWith('kernel')))
      expect(after[name], name).not.toEqual(weights[name]);
  });

  test('a restored one goes on exactly as the one that was saved', async () => {
    const [agent, other] = [smallAgent(), smallAgent({}, 5)];
    const [learner, restored] = [smallObjective(id, agent, options), smallObjective(id, other, options)];
    for (let t = 0; t < 4; t++) update(agent, learner, t);
    other.restore(await agent.state());
    restored.restore(await learner.state());
    expect(await restored.state()).toEqual(await learner.state());
    for (let t = 4; t < 6; t++) expect(update(other, restored, t)).toEqual(update(agent, learner, t));
    expect(await restored.state()).toEqual(await learner.state());
  });
});
