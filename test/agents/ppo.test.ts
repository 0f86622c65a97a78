import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { RewardNormaliser, agents, type Ppo, type Task } from '../../src/agents/index.ts';
import { ObservationNormaliser } from '../../src/agents/ppo-normalisation.ts';
import { policyHead } from '../../src/agents/ppo-policy.ts';
import { backbones } from '../../src/encoders/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 2 });
});
afterAll(stopEngine);

const IMAGE = { height: 36, width: 36, channels: 3 };
const DISCRETE: Task['actions'] = { kind: 'discrete', choices: 3 };
const CONTINUOUS: Task['actions'] = { kind: 'continuous', size: 2 };

function smallPpo(task: Task, backbone: keyof typeof backbones, options: object = {}, seed = 1): Ppo {
  const small = {
    conv: { filters: 4, strides: [2, 2], features: 8 },
    impala: { filters: [4, 4], features: 8 },
  };
  const { [backbone]: given = {} } = { nature: { filters: [4, 4, 4], features: 8 }, ...small } as Record<
    string,
    object
  >;
  return agents.ppo.create({
    task,
    options: agents.ppo.options.parse(options),
    backbone: backbones[backbone] as never,
    backboneOptions: backbones[backbone].options.parse(given),
    seed,
  });
}

function bytesOf(n: number, seed: number): Uint8Array {
  const random = Random.stream(seed, 'bytes');
  return Uint8Array.from({ length: n * IMAGE.height * IMAGE.width * IMAGE.channels }, () =>
    random.integer(256),
  );
}

/** A minibatch of what the agent itself chose. */
function minibatch(agent: Ppo, observations: Uint8Array, n: number) {
  const { actions, logProbs, values } = agent.choose(observations, n);
  const random = Random.stream(3, 'batch');
  const numbers = () => tf.tensor1d(Float32Array.from({ length: n }, () => random.normal()));
  return {
    observations: agent.tensor(observations, n),
    actions: tf.tensor2d(actions, [n, agent.actionSize]),
    oldLogProb: tf.tensor1d(logProbs),
    oldValue: tf.tensor1d(values),
    advantage: numbers(),
    returns: numbers(),
  };
}

describe.each(['conv', 'nature', 'impala'] as const)('on pixels through %s', (backbone) => {
  test.each([DISCRETE, CONTINUOUS])(
    '$kind: fresh choices have ratio 1; updates leave no tensor',
    async (actions) => {
      const agent = smallPpo({ observation: { kind: 'pixels', image: IMAGE }, actions }, backbone);
      const observations = bytesOf(6, 1);
      const batch = minibatch(agent, observations, 6);
      const first = agent.update(batch);
      const [, , entropy, kl, clipped] = first.dataSync();
      expect(kl).toBeLessThan(1e-5);
      expect(clipped).toBe(0);
      if (actions.kind === 'discrete') expect(entropy).toBeCloseTo(Math.log(3), 2);
      else expect(entropy).toBeCloseTo(1 + Math.log(2 * Math.PI), 4);
      first.dispose();
      agent.update(batch).dispose();
      const before = tf.memory().numTensors;
      for (let k = 0; k < 20; k++) agent.update(batch).dispose();
      agent.choose(observations, 6);
      agent.act(observations, 6, { deterministic: true });
      expect(tf.memory().numTensors).toBe(before);

      // The same values again from a saved state.
      const copy = smallPpo({ observation: { kind: 'pixels', image: IMAGE }, actions }, backbone, {}, 2);
      copy.restore(await agent.state());
      expect(copy.choose(observations, 6)).toEqual(agent.choose(observations, 6));
    },
  );
});

test('policies learn which action is better', () => {
  const task: Task = { observation: { kind: 'state', size: 2 }, actions: DISCRETE };
  const agent = smallPpo(task, 'mlp', { learningRate: 1e-2, entropyCoefficient: 0 });
  const states = new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer);
  const best = [2, 0];
  for (let k = 0; k < 60; k++) {
    const observations = Buffer.concat(Array.from({ length: 16 }, () => states));
    const { actions, logProbs, values } = agent.choose(observations, 32);
    const rewards = Float32Array.from(actions, (action, i) => (action === best[i % 2] ? 1 : 0));
    tf.tidy(() => {
      agent.update({
        observations: agent.tensor(observations, 32),
        actions: tf.tensor2d(actions, [32, 1]),
        oldLogProb: tf.tensor1d(logProbs),
        oldValue: tf.tensor1d(values),
        advantage: tf.tensor1d(rewards.map((r, i) => r - values[i])),
        returns: tf.tensor1d(rewards),
      });
    });
  }
  expect([...agent.act(states, 2, { deterministic: true })]).toEqual(best);
});

test('with its gradient stopped the encoder stays as it is', async () => {
  const task: Task = { observation: { kind: 'pixels', image: IMAGE }, actions: DISCRETE };
  const agent = smallPpo(task, 'nature', { stopEncoderGradient: true });
  const before = await agent.encoder.parameters.save();
  agent.update(minibatch(agent, bytesOf(4, 2), 4)).dispose();
  expect(await agent.encoder.parameters.save()).toEqual(before);
});

describe('drawing', () => {
  test('a discrete policy draws each action as often as its probability says', () => {
    const head = policyHead(DISCRETE, [1], { initialLogStd: 0 }, Random.stream(1, 'head'));
    const logs = Float32Array.from([0.7, 0.2, 0.1], Math.log);
    const n = 3000;
    const outputs = Float32Array.from({ length: 3 * n }, (_, i) => logs[i % 3]);
    const { actions, logProbs } = head.draw(outputs, n, Random.stream(2, 'draw'));
    const counts = [0, 0, 0];
    actions.forEach((action, i) => {
      counts[action]++;
      expect(logProbs[i]).toBe(logs[action]);
    });
    // Four standard deviations of a binomial count.
    [0.7, 0.2, 0.1].forEach((p, a) =>
      expect(Math.abs(counts[a] - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p))),
    );
    expect([...head.draw(outputs, 2, null).actions]).toEqual([0, 0]);
  });

  test('log-probabilities of drawn continuous actions are those that the update computes', () => {
    const head = policyHead(CONTINUOUS, [1], { initialLogStd: -0.7 }, Random.stream(1, 'head'));
    const means = Float32Array.of(0.3, -0.2, 0.9, 0);
    const { actions, logProbs } = head.draw(means, 2, Random.stream(2, 'draw'));
    const { logProb } = head.likelihood(tf.tensor2d(means, [2, 2]), tf.tensor2d(actions, [2, 2]));
    logProb.dataSync().forEach((x, i) => expect(x).toBeCloseTo(logProbs[i], 5));
    expect([...head.draw(means, 2, null).actions]).toEqual([...means]);
  });
});

describe('normalising', () => {
  test('observations have mean 0 and variance 1, however they came in', () => {
    const random = Random.stream(4, 'states');
    const rows = Float32Array.from({ length: 600 }, (_, i) => (i % 3) * 5 + (1 + (i % 3)) * random.normal());
    const normaliser = new ObservationNormaliser(3);
    for (const [from, to] of [
      [0, 3],
      [3, 150],
      [150, 600],
    ])
      normaliser.add(rows.slice(from, to));
    const copy = rows.slice();
    normaliser.apply(copy);
    for (let j = 0; j < 3; j++) {
      const column = [...copy].filter((_, i) => i % 3 === j);
      const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
      const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(variance).toBeCloseTo(1, 4);
    }
    const far = Float32Array.of(1e6, -1e6, 0);
    normaliser.apply(far);
    expect([...far.slice(0, 2)]).toEqual([10, -10]);
  });

  test('rewards are divided by the spread of the discounted return, which begins anew with an episode', () => {
    const normaliser = new RewardNormaliser(2, 0.5);
    const sums = [0, 0];
    const seen: number[] = [];
    for (let t = 0; t < 5; t++) {
      const rewards = [t, 2 - t];
      const ended = [t === 2, false];
      const got = normaliser.apply(rewards, ended);
      rewards.forEach((reward, i) => {
        sums[i] = 0.5 * sums[i] + reward;
        seen.push(sums[i]);
      });
      const mean = seen.reduce((a, b) => a + b, 0) / seen.length;
      const spread = Math.sqrt(seen.reduce((a, b) => a + (b - mean) ** 2, 0) / seen.length + 1e-8);
      rewards.forEach((reward, i) => expect(got[i]).toBeCloseTo(reward / spread, 5));
      if (ended[0]) sums[0] = 0;
    }
    const copy = new RewardNormaliser(2, 0.5);
    copy.restore(normaliser.state());
    expect(copy.apply([1, 2], [false, false])).toEqual(normaliser.apply([1, 2], [false, false]));
  });
});
