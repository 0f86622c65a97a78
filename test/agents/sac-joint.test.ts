import { afterAll, beforeAll, expect, test } from 'vitest';
import { partOf, type Snapshot } from '../../src/base/index.ts';
import { Profile, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import type { Agent } from '../../src/agents/index.ts';
import type { ContrastiveLearner } from '../../src/curl/index.ts';
import { randomBatch, randomImages, smallAgent, smallCurl, smallObjective } from './fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

/** Critic and temperature that hardly move, so that the order of the steps makes no difference. */
const STILL = { criticLearningRate: 1e-12, temperatureLearningRate: 1e-12 };

/** An update in the agent's own order, with CURL on these positives. */
function step(agent: Agent, learner: ContrastiveLearner | null, batch = randomBatch(1)): void {
  const views = [batch.observations, randomImages(50, 8)];
  if (agent.joint) {
    agent.update(batch, { log: false, auxiliary: learner?.auxiliary(views) });
  } else {
    agent.update(batch, { log: false });
    learner?.update(views, { log: false });
  }
}

function joint(options: Record<string, unknown> = {}, curl: Record<string, unknown> = {}) {
  const agent = smallAgent({ update: 'joint', ...options });
  const learner = smallCurl(agent, curl);
  learner.join();
  return { agent, learner };
}

/** Adam's first moment after one step, 0.1 of the gradient, by the parameter's name. */
function firstMoments(snapshot: Snapshot): Record<string, Float32Array> {
  const { tensors } = partOf(snapshot, 'first');
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]));
}

function expectNear(got: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  const distance = Math.max(...Array.from(expected, (value, i) => Math.abs(value - got[i])));
  expect(distance / scale, what).toBeLessThan(1e-4);
}

test("without an objective the critic's step is the same in both orders", async () => {
  const networks = async (update: string) => {
    const agent = smallAgent({ update, actorEvery: 1000 });
    step(agent, null);
    return partOf(await agent.state(), 'networks').tensors;
  };
  const [reference, together] = [await networks('reference'), await networks('joint')];
  for (const [name, { data }] of Object.entries(reference)) {
    if (!name.startsWith('actor')) expectNear(together[name].data, data, name);
  }
});

test('where the critic hardly moves, the actor and the temperature make the same steps in both orders', async () => {
  const state = async (update: string) => {
    const agent = smallAgent({ update, ...STILL });
    for (let i = 0; i < 3; i++) step(agent, null);
    return (await agent.state()).tensors;
  };
  const [reference, together] = [await state('reference'), await state('joint')];
  for (const [name, { data }] of Object.entries(reference)) expectNear(together[name].data, data, name);
});

test("the encoder's gradient is the critic's plus the weighted contrastive one; W has a step of its own", async () => {
  const [alone, aside] = [smallAgent(STILL), smallAgent(STILL)];
  step(alone, null);
  const learner = smallCurl(aside);
  step(aside, learner);
  const critic = firstMoments(partOf(await alone.state(), 'critic_optimiser'));
  const contrastive = firstMoments(partOf(await learner.state(), 'optimiser'));

  const together = joint(STILL, { weight: 3 });
  step(together.agent, together.learner);
  const sum = firstMoments(partOf(await together.agent.state(), 'critic_optimiser'));
  for (const [name, values] of Object.entries(sum)) {
    const shared = contrastive[name];
    const expected = critic[name].map((value, i) => value + (shared ? 3 * shared[i] : 0));
    expectNear(values, expected, name);
  }
  const own = firstMoments(partOf(await together.learner.state(), 'optimiser'));
  expect(Object.keys(own)).toEqual(['curl/bilinear']);
  expectNear(
    own['curl/bilinear'],
    contrastive['curl/bilinear'].map((value) => 3 * value),
    'W',
  );
});

test("the actor's loss reaches its own head and policy only", async () => {
  const networks = async (actorEvery: number) => {
    const { agent, learner } = joint({ actorEvery });
    for (let i = 0; i < 2; i++) step(agent, learner);
    return partOf(await agent.state(), 'networks').tensors;
  };
  const [every, never] = [await networks(1), await networks(1000)];
  const differing = Object.keys(every).filter((name) =>
    every[name].data.some((value, i) => value !== never[name].data[i]),
  );
  // Both make the first actor step; the second one's target is the same, since the policy moves after it.
  expect(differing.length).toBeGreaterThan(0);
  expect(differing.filter((name) => !/^(actor|temperature)\//.test(name))).toEqual([]);
});

test('the images go through the convolutions four times forward and once backward', async () => {
  const calls = async (update: string) => {
    const agent = smallAgent({ update });
    const learner = smallCurl(agent);
    if (agent.joint) learner.join();
    const batch = randomBatch(1);
    const profile = new Profile();
    await profile.measure(() => Promise.resolve(step(agent, learner, batch)));
    profile.stop();
    const count = (kernel: string) =>
      profile.table().operations.find(({ operation }) => operation === kernel)?.calls ?? 0;
    return [count('CurlewConvRelu'), count('CurlewConvReluParameterGrads')];
  };
  const LAYERS = 2;
  expect(await calls('reference')).toEqual([6 * LAYERS, 2 * LAYERS]);
  expect(await calls('joint')).toEqual([4 * LAYERS, LAYERS]);
});

test.each(['curl', 'simclr', 'moco', 'byol', 'atc'] as const)(
  'a joint update with %s goes on exactly after a restore, and leaks no tensor',
  async (id) => {
    const make = (seed: number) => {
      const agent = smallAgent({ update: 'joint' }, seed);
      const learner = smallObjective(id, agent, { every: 2 });
      learner.join();
      return { agent, learner };
    };
    const views = (seed: number, batch: ReturnType<typeof randomBatch>, learner: ContrastiveLearner) =>
      learner.views.map(({ crop }, k) => (crop === 'agent' ? batch.observations : randomImages(seed + k, 8)));
    const samples = {
      slots: new Int32Array(8),
      numbers: new Float64Array(8),
      oldest: 0,
      valid: [new Float32Array(8).fill(1), new Float32Array(8).fill(1)],
    };
    const run = ({ agent, learner }: ReturnType<typeof make>, from: number, to: number) => {
      const metrics = [];
      for (let i = from; i < to; i++) {
        const batch = randomBatch(i);
        const auxiliary = learner.auxiliary(views(i, batch, learner), samples as never);
        metrics.push({ ...agent.update(batch, { log: true, auxiliary }), ...learner.metrics() });
      }
      return metrics;
    };
    const first = make(1);
    run(first, 0, 3);
    const second = make(9);
    second.agent.restore(structuredClone(await first.agent.state()));
    second.learner.restore(structuredClone(await first.learner.state()));
    expect(run(second, 3, 6)).toEqual(run(first, 3, 6));

    const batch = randomBatch(7);
    const fixed = views(7, batch, first.learner);
    const again = () =>
      first.agent.update(batch, {
        log: false,
        auxiliary: first.learner.auxiliary(fixed, samples as never),
      });
    for (let i = 0; i < 2; i++) again();
    const alive = tf.memory().numTensors;
    for (let i = 0; i < 8; i++) again();
    expect(tf.memory().numTensors).toBe(alive);
  },
);

test('a second step of the encoder is refused', () => {
  const learner = smallCurl(smallAgent({ update: 'joint' }), { doubleStep: true });
  expect(() => learner.join()).toThrow(/^encoder\.doubleStep needs agent\.update: reference/);
});

test('averaging over equal views is the loss of one view', async () => {
  const networks = async (views: number) => {
    const agent = smallAgent({ lossViews: views, targetViews: 1, actorEvery: 1000 });
    const batch = randomBatch(1);
    const more = Array.from({ length: views - 1 }, () => batch.observations);
    agent.update({ ...batch, moreObservations: more }, { log: false });
    return partOf(await agent.state(), 'critic_optimiser').tensors;
  };
  const [one, three] = [await networks(1), await networks(3)];
  for (const [name, { data }] of Object.entries(one)) expectNear(three[name].data, data, name);
});
