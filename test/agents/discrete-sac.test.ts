import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random, partOf, type Snapshot } from '../../src/base/index.ts';
import { agents, type Agent, type ObservationSpace, type TransitionBatch } from '../../src/agents/index.ts';
import { encoders } from '../../src/curl/index.ts';
import { backbones } from '../../src/encoders/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';

const CHOICES = 3;
const STATE: ObservationSpace = { kind: 'state', size: 5 };
const PIXELS: ObservationSpace = { kind: 'pixels', image: { height: 9, width: 9, channels: 3 } };

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

function newAgent(observation = STATE, options: Record<string, unknown> = {}, seed = 1): Agent {
  const { mlp, conv } = backbones;
  const state = observation.kind === 'state';
  return agents['discrete-sac'].create({
    task: { observation, actions: { kind: 'discrete', choices: CHOICES } },
    options: agents['discrete-sac'].options.parse({ hidden: 16, ...options }),
    backbone: (state ? mlp : conv) as never,
    backboneOptions: state
      ? mlp.options.parse({})
      : conv.options.parse({ filters: 4, strides: [2], features: 6 }),
    seed,
  });
}

function batchOf(observation: ObservationSpace, seed: number, size = 8): TransitionBatch {
  const random = Random.stream(seed, 'batch');
  const { height, width, channels } =
    observation.kind === 'pixels' ? observation.image : { height: 1, width: 1, channels: observation.size };
  const shape: [number, number, number, number] = [size, height, width, channels];
  const draw = (n: number, one: () => number) => Float32Array.from({ length: n }, one);
  const images = () =>
    tf.tensor4d(
      draw(size * height * width * channels, () => random.uniform()),
      shape,
    );
  return {
    observations: images(),
    nextObservations: images(),
    actions: tf.tensor2d(
      draw(size, () => random.integer(CHOICES)),
      [size, 1],
    ),
    rewards: tf.tensor1d(draw(size, () => random.uniform())),
    terminated: tf.tensor1d(draw(size, () => (random.uniform() < 0.3 ? 1 : 0))),
  };
}

/** States as they travel: bytes of float32. */
function stateBytes(seed: number, count: number): Uint8Array {
  const random = Random.stream(seed, 'states');
  return new Uint8Array(Float32Array.from({ length: 5 * count }, () => random.normal()).buffer);
}

function changed(before: Snapshot, after: Snapshot): string[] {
  const [a, b] = [partOf(before, 'networks').tensors, partOf(after, 'networks').tensors];
  return Object.keys(a).filter((name) => a[name].data.some((value, i) => value !== b[name].data[i]));
}

test.each([
  ['states', STATE, ['actor/policy', 'critic/critic/q1', 'critic/critic/q2', 'target_critic', 'temperature']],
  ['pixels', PIXELS, ['actor/head', 'critic/encoder/trunk', 'critic/encoder/head', 'target_encoder']],
] as const)('updates from %s change every network and leak no tensor', async (_, observation, parts) => {
  const agent = newAgent(observation);
  const batch = batchOf(observation, 1);
  const before = await agent.state();
  for (let i = 0; i < 2; i++) agent.update(batch, { log: true, errors: new Float32Array(8) });
  const alive = tf.memory().numTensors;
  for (let i = 0; i < 10; i++) agent.update(batch, { log: i % 3 === 0, errors: new Float32Array(8) });
  expect(tf.memory().numTensors).toBe(alive);
  const names = changed(before, await agent.state());
  for (const part of parts)
    expect(
      names.some((name) => name.startsWith(part)),
      part,
    ).toBe(true);
});

test("the actor's loss reaches its own head and policy only", async () => {
  const every = newAgent(PIXELS, { actorEvery: 1 });
  const first = newAgent(PIXELS, { actorEvery: 1000 });
  const batch = batchOf(PIXELS, 2);
  for (const agent of [every, first]) for (let i = 0; i < 2; i++) agent.update(batch, { log: false });
  const names = changed(await every.state(), await first.state());
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !/^(actor|temperature)\//.test(name))).toEqual([]);
});

describe('the joint update', () => {
  /** Critic and temperature that hardly move, so that the order of the steps makes no difference. */
  const still = { criticLearningRate: 1e-12, temperatureLearningRate: 1e-12 };
  const tensors = async (options: Record<string, unknown>, steps: number) => {
    const agent = newAgent(PIXELS, options);
    for (let i = 0; i < steps; i++) agent.update(batchOf(PIXELS, i), { log: false });
    return (await agent.state()).tensors;
  };

  test.each([
    ['makes the same first step of the critic without an objective', { actorEvery: 1000 }, 1, /critic/],
    ['makes the same steps of the actor where the critic hardly moves', still, 3, /actor|temperature/],
  ])('%s', async (_, options, steps, names) => {
    const reference = await tensors({ ...options, update: 'reference' }, steps);
    const joint = await tensors({ ...options, update: 'joint' }, steps);
    const compared = Object.keys(reference).filter((name) => names.test(name));
    expect(compared.length).toBeGreaterThan(0);
    for (const name of compared)
      reference[name].data.forEach((value, i) => expect(joint[name].data[i]).toBeCloseTo(value, 5));
  });

  test('trains the objective in the same pass, and its own weights by a step of its own', () => {
    const agent = newAgent(PIXELS, { update: 'joint' });
    const curl = encoders.curl.create({
      encoder: agent.encoder,
      targetEncoder: agent.targetEncoder,
      newEncoder: () => agent.targetEncoder,
      options: encoders.curl.options.parse({}),
      seed: 1,
    })!;
    curl.join();
    const w = curl.ownParameters.variables[0];
    const before = [...w.dataSync()];
    const batch = batchOf(PIXELS, 1);
    const views = [batch.observations, batchOf(PIXELS, 2).observations];
    const losses = Array.from({ length: 30 }, () => {
      agent.update(batch, { log: false, auxiliary: curl.auxiliary(views) });
      return curl.metrics()['loss.contrastive'];
    });
    expect([...w.dataSync()]).not.toEqual(before);
    expect(losses[29]).toBeLessThan(losses[0]);
    curl.dispose();
  });
});

test('a restored agent goes on exactly as the one that was saved', async () => {
  const agent = newAgent();
  for (let i = 0; i < 3; i++) agent.update(batchOf(STATE, i), { log: false });
  agent.act(stateBytes(1, 1), 1, { deterministic: false });
  const saved = structuredClone(await agent.state());
  const restored = newAgent(STATE, {}, 99);
  restored.restore(saved);
  const goOn = (one: Agent) => [
    one.act(stateBytes(2, 20), 20, { deterministic: false }),
    one.update(batchOf(STATE, 7), { log: true }),
    one.update(batchOf(STATE, 8), { log: true }),
  ];
  expect(goOn(restored)).toEqual(goOn(agent));
});

describe('acting', () => {
  test('gives indices of actions; the deterministic one is the likeliest', () => {
    const agent = newAgent();
    const states = stateBytes(3, 1);
    const [best] = agent.act(states, 1, { deterministic: true });
    const counts = [0, 0, 0];
    for (let i = 0; i < 600; i++) counts[agent.act(states, 1, { deterministic: false })[0]]++;
    expect(counts.reduce((a, b) => a + b)).toBe(600);
    expect(counts.every((n) => n > 0)).toBe(true);
    expect(counts[best]).toBe(Math.max(...counts));
  });

  test('says NaN where the policy is broken, so that the run stops', async () => {
    const agent = newAgent();
    const state = await agent.state();
    const name = Object.keys(state.tensors).find((key) => key.startsWith('networks/actor/policy'))!;
    state.tensors[name].data[0] = NaN;
    agent.restore(state);
    for (const deterministic of [true, false])
      expect(agent.act(stateBytes(3, 1), 1, { deterministic })).toEqual(Float32Array.of(NaN));
  });
});

/** The action pays that is the place of the largest of a state's first three numbers. */
function pays(states: ArrayLike<number>, at: number, action: number): number {
  const [a, b, c] = [states[at], states[at + 1], states[at + 2]];
  return [a, b, c].indexOf(Math.max(a, b, c)) === action ? 1 : 0;
}

test('learns which action pays in which state', () => {
  const agent = newAgent(STATE, {
    actorLearningRate: 3e-3,
    criticLearningRate: 3e-3,
    initialTemperature: 0.01,
  });
  const random = Random.stream(1, 'bandit');
  for (let i = 0; i < 300; i++) {
    const batch = batchOf(STATE, i, 32);
    const [states, actions] = [batch.observations.dataSync(), batch.actions.dataSync()];
    const rewards = tf.tensor1d(Float32Array.from({ length: 32 }, (_, k) => pays(states, 5 * k, actions[k])));
    agent.update({ ...batch, rewards, terminated: tf.ones<tf.Rank.R1>([32]) }, { log: false });
  }
  let right = 0;
  for (let i = 0; i < 100; i++) {
    const state = Float32Array.from({ length: 5 }, () => random.uniform());
    const [action] = agent.act(new Uint8Array(state.buffer), 1, { deterministic: true });
    right += pays(state, 0, action);
  }
  expect(right).toBeGreaterThan(85);
});

describe('the temperature', () => {
  const far = { initialTemperature: 0.5, temperatureLearningRate: 0.05, targetEntropyScale: 0.99 };

  test('falls while the policy is more random than asked for', () => {
    const agent = newAgent(STATE, { ...far, targetEntropyScale: 0.1 });
    const batch = batchOf(STATE, 1);
    for (let i = 0; i < 20; i++) agent.update(batch, { log: false });
    expect(agent.update(batch, { log: true })!.temperature).toBeLessThan(0.4);
  });

  test('stops at its bound where the entropy is out of reach', async () => {
    const agent = newAgent(STATE, { ...far, maximumTemperature: 0.6, actorLearningRate: 1e-9 });
    // A policy that has decided once and for all: its entropy never rises.
    const state = await agent.state();
    state.tensors['networks/actor/policy/dense2/bias'].data.set([30, 0, 0]);
    agent.restore(state);
    const batch = batchOf(STATE, 1);
    for (let i = 0; i < 30; i++) agent.update(batch, { log: false });
    expect(agent.update(batch, { log: true })!.temperature).toBeCloseTo(0.6, 5);
  });
});

test('importance weights scale the loss of the critic, and errors are its TD errors', () => {
  const batch = batchOf(STATE, 5);
  const errors = new Float32Array(8);
  const plain = newAgent().update(batch, { log: true, errors })!;
  const half = newAgent().update({ ...batch, weights: tf.fill([8], 0.5) as tf.Tensor1D }, { log: true })!;
  expect(half['loss.critic']).toBeCloseTo(plain['loss.critic'] / 2, 5);
  expect(errors.every((error) => error > 0)).toBe(true);
  // The mean of two |errors| bounds their squares from below.
  expect(errors.reduce((sum, error) => sum + 2 * error * error, 0) / 8).toBeLessThanOrEqual(
    plain['loss.critic'] + 1e-5,
  );
});

test('a transition over several steps bootstraps with its own discount', () => {
  const batch = batchOf(STATE, 6);
  const off = { ...batch, discounts: tf.zeros<tf.Rank.R1>([8]) };
  const ended = { ...batch, terminated: tf.ones<tf.Rank.R1>([8]) };
  expect(newAgent().update(off, { log: true })).toEqual(newAgent().update(ended, { log: true }));
});
