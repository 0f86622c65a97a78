import { afterAll, beforeAll, expect, test } from 'vitest';
import { partOf, type Snapshot } from '../../src/base/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { ACTION_SIZE, randomBatch, randomBytes, smallAgent } from './fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

/** Names of the network tensors whose values differ between two snapshots. */
function changed(before: Snapshot, after: Snapshot): string[] {
  const [a, b] = [partOf(before, 'networks').tensors, partOf(after, 'networks').tensors];
  return Object.keys(a).filter((name) => a[name].data.some((value, i) => value !== b[name].data[i]));
}

test('updates change every online network and leak no tensor', async () => {
  const agent = smallAgent();
  const batch = randomBatch(1);
  const before = await agent.state();
  for (let i = 0; i < 3; i++) agent.update(batch, { log: true });
  const alive = tf.memory().numTensors;
  for (let i = 0; i < 20; i++) agent.update(batch, { log: i % 5 === 0 });
  expect(tf.memory().numTensors).toBe(alive);
  const names = changed(before, await agent.state());
  for (const part of [
    'actor/head',
    'actor/policy',
    'critic/encoder/trunk',
    'critic/encoder/head',
    'critic/critic/q1',
    'critic/critic/q2',
    'target_encoder',
    'target_critic',
    'temperature',
  ]) {
    expect(
      names.some((name) => name.startsWith(part)),
      part,
    ).toBe(true);
  }
});

test("the actor's loss reaches its own head and policy only", async () => {
  // Both agents do the same but for the actor step of the second update.
  const every = smallAgent({ actorEvery: 1 });
  const first = smallAgent({ actorEvery: 1000 });
  const batch = randomBatch(2);
  for (const agent of [every, first]) for (let i = 0; i < 2; i++) agent.update(batch, { log: false });
  const names = changed(await every.state(), await first.state());
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !/^(actor|temperature)\//.test(name))).toEqual([]);
});

test('target networks follow by their own rates on every second update', async () => {
  const agent = smallAgent({ criticTau: 0.25, encoderTau: 0.5 });
  const batch = randomBatch(3);
  const start = partOf(await agent.state(), 'networks').tensors;
  agent.update(batch, { log: false });
  const next = await agent.state();
  const after = partOf(next, 'networks').tensors;
  const compare = (target: string, online: string, tau: number) => {
    const expected = start[target].data.map((value, i) => (1 - tau) * value + tau * after[online].data[i]);
    after[target].data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  };
  compare('target_critic/q1/dense0/kernel', 'critic/critic/q1/dense0/kernel', 0.25);
  compare('target_encoder/trunk/conv1/kernel', 'critic/encoder/trunk/conv1/kernel', 0.5);
  agent.update(batch, { log: false });
  expect(changed(next, await agent.state()).filter((name) => name.startsWith('target_'))).toEqual([]);
});

test('the critic learns the rewards of terminal transitions', () => {
  const agent = smallAgent({ hidden: 32 });
  const batch = { ...randomBatch(4), terminated: tf.ones<tf.Rank.R1>([8]) };
  const first = agent.update(batch, { log: true })!['loss.critic'];
  let last = first;
  for (let i = 0; i < 200; i++) last = agent.update(batch, { log: true })!['loss.critic'];
  expect(last).toBeLessThan(0.05 * first);
});

test('a restored agent goes on exactly as the one that was saved', async () => {
  const agent = smallAgent();
  for (let i = 0; i < 3; i++) agent.update(randomBatch(i), { log: false });
  agent.act(randomBytes(1, 1), 1, { deterministic: false });
  const saved = structuredClone(await agent.state());
  const restored = smallAgent({}, 99);
  restored.restore(saved);
  const goOn = (one: typeof agent) => [
    one.act(randomBytes(2, 2), 2, { deterministic: false }),
    one.update(randomBatch(7), { log: true }),
    one.update(randomBatch(8), { log: true }),
  ];
  expect(goOn(restored)).toEqual(goOn(agent));
});

test('acting gives bounded actions, and deterministic ones touch no generator', () => {
  const agent = smallAgent();
  const twin = smallAgent();
  const images = randomBytes(5, 3);
  const mean = agent.act(images, 3, { deterministic: true });
  expect(agent.act(images, 3, { deterministic: true })).toEqual(mean);
  const sampled = agent.act(images, 3, { deterministic: false });
  expect(sampled).toEqual(twin.act(images, 3, { deterministic: false }));
  expect(sampled).not.toEqual(mean);
  expect(sampled).toHaveLength(3 * ACTION_SIZE);
  expect(sampled.every((value) => Math.abs(value) <= 1)).toBe(true);
});

test('logged metrics are there at every update, from the newest step of each part', () => {
  const agent = smallAgent();
  const batch = randomBatch(6);
  const names = ['q.mean', 'loss.critic', 'loss.actor', 'entropy', 'temperature', 'loss.temperature'].sort();
  for (let i = 0; i < 2; i++) expect(Object.keys(agent.update(batch, { log: true })!).sort()).toEqual(names);
  expect(agent.update(batch, { log: false })).toBeNull();
});
