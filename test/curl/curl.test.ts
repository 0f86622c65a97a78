import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { randomImages, smallAgent, smallCurl } from '../agents/fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

test('anchors learn to find their own positives', () => {
  const learner = smallCurl(smallAgent());
  const images = randomImages(1, 16);
  const views = [images, images];
  const first = learner.update(views, { log: true })!;
  let last = first;
  for (let i = 0; i < 60; i++) last = learner.update(views, { log: true })!;
  expect(last['loss.contrastive']).toBeLessThan(0.5 * first['loss.contrastive']);
  expect(last['contrastive.accuracy']).toBe(1);
});

test('updates leak no tensor and leave the key encoder alone', async () => {
  const agent = smallAgent();
  const learner = smallCurl(agent);
  const views = [randomImages(1, 8), randomImages(2, 8)];
  const keys = await agent.targetEncoder.parameters.save();
  const queries = await agent.encoder.parameters.save();
  learner.update(views, { log: true });
  const alive = tf.memory().numTensors;
  for (let i = 0; i < 10; i++) learner.update(views, { log: i % 2 === 0 });
  expect(tf.memory().numTensors).toBe(alive);
  expect(await agent.targetEncoder.parameters.save()).toEqual(keys);
  expect(await agent.encoder.parameters.save()).not.toEqual(queries);
});

test('the double step moves the encoder further, and W as far', async () => {
  const moved = async (doubleStep: boolean) => {
    const agent = smallAgent();
    const before = await agent.encoder.parameters.save();
    const learner = smallCurl(agent, { doubleStep });
    learner.update([randomImages(1, 8), randomImages(2, 8)], { log: false });
    const after = await agent.encoder.parameters.save();
    const name = 'head/dense/kernel';
    const distance = (after[name].data as Float32Array).reduce(
      (sum, value, i) => sum + Math.abs(value - before[name].data[i]),
      0,
    );
    return { distance, bilinear: (await learner.state()).tensors['objective/bilinear'] };
  };
  const [once, twice] = [await moved(false), await moved(true)];
  expect(twice.distance / once.distance).toBeCloseTo(2, 2);
  expect(twice.bilinear).toEqual(once.bilinear);
});

test('a restored learner goes on exactly as the one that was saved', async () => {
  const [agent, other] = [smallAgent(), smallAgent({}, 5)];
  const [learner, restored] = [
    smallCurl(agent, { doubleStep: true }),
    smallCurl(other, { doubleStep: true }),
  ];
  const views = [randomImages(1, 8), randomImages(2, 8)];
  for (let i = 0; i < 3; i++) learner.update(views, { log: false });
  other.restore(await agent.state());
  restored.restore(await learner.state());
  for (let i = 0; i < 2; i++)
    expect(restored.update(views, { log: true })).toEqual(learner.update(views, { log: true }));
});

test('`every` skips updates and still reports the newest numbers', () => {
  const learner = smallCurl(smallAgent(), { every: 2 });
  const views = [randomImages(1, 8), randomImages(2, 8)];
  const numbers = [0, 1, 2].map(() => learner.update(views, { log: true })!['loss.contrastive']);
  expect(numbers[1]).toBe(numbers[0]);
  expect(numbers[2]).not.toBe(numbers[0]);
});
