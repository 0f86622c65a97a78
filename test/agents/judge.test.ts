import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents, type ActionSpace, type AgentEntry } from '../../src/agents/index.ts';
import { gaussianEntropy } from '../../src/agents/squashed-gaussian.ts';
import { backbones } from '../../src/encoders/index.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { IMAGE, randomBytes } from './fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const continuous: ActionSpace = { kind: 'continuous', size: 2 };
const discrete: ActionSpace = { kind: 'discrete', choices: 4 };

function small(id: keyof typeof agents, actions: ActionSpace) {
  const entry = agents[id] as unknown as AgentEntry;
  return entry.create({
    task: { observation: { kind: 'pixels', image: IMAGE }, actions },
    options: entry.options.parse({}),
    backbone: backbones.conv as never,
    backboneOptions: backbones.conv.options.parse({ filters: 4, strides: [2, 2], features: 8 }),
    seed: 3,
  });
}

test.each([
  ['sac', continuous],
  ['discrete-sac', discrete],
  ['ppo', continuous],
  ['ppo', discrete],
] as const)(
  '%s judges observations one by one, without touching its generators or the engine',
  async (id, actions) => {
    const agent = small(id, actions);
    const observations = randomBytes(1, 3);
    const before = { tensors: tf.memory().numTensors, state: (await agent.state()).values };
    const { value, entropy } = agent.judge(observations, 3);
    const first = agent.judge(observations.subarray(0, observations.length / 3), 1);
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect((await agent.state()).values).toEqual(before.state);
    expect([value.length, entropy.length]).toEqual([3, 3]);
    expect(first.value[0]).toBeCloseTo(value[0], 4);
    expect(first.entropy[0]).toBeCloseTo(entropy[0], 4);
    expect([...value, ...entropy].every(Number.isFinite)).toBe(true);
    if (actions.kind === 'discrete') {
      for (const nats of entropy) expect(nats).toBeLessThanOrEqual(Math.log(actions.choices) + 1e-5);
      for (const nats of entropy) expect(nats).toBeGreaterThan(0);
    }
    agent.dispose();
  },
);

test('entropy of a Gaussian: that of its parts added up', () => {
  // One standard normal has (1 + ln 2 pi) / 2 = 1.4189 nats; twice the deviation adds ln 2.
  const entropy = gaussianEntropy(tf.tensor2d([[0, Math.log(2)]])).dataSync()[0];
  expect(entropy).toBeCloseTo(2 * 1.4189385 + Math.LN2, 5);
});
