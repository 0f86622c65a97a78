import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRun, parseExperiment, readLive, type Experiment } from '../../src/runs/index.ts';
import {
  Checkpoints,
  OffPolicyTraining,
  build,
  evaluateRun,
  playRun,
  resolveExperiment,
  trainRun,
  type Parts,
} from '../../src/train/index.ts';
import { MemoryRecorder } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-spaces-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const common = `
steps: 40
replay: { capacity: 30, nStep: 3, prioritised: true, importanceSteps: 40 }
train: { batchSize: 4, randomSteps: 8, logEvery: 5, normaliseStates: true }
evaluation: { every: 20, episodes: 1 }
checkpoint: { every: 12 }
engine: { name: cpu }
`;
const texts = {
  'discrete-sac from states': `
env: { id: arcade/Catch-v0, observation: state, actionRepeat: 8, size: 20 }
agent: { id: discrete-sac, hidden: 8 }
`,
  'discrete-sac with curl from pixels': `
env: { id: arcade/Catch-v0, size: 20, actionRepeat: 8, frameStack: 2 }
agent: { id: discrete-sac, hidden: 8 }
backbone: { id: conv, filters: 2, strides: [2, 2], features: 4 }
augment: { crop: 16 }
`,
  'sac from stacked states': `
env: { id: control/CartpoleSwingup-v0, observation: state, actionRepeat: 8, maxEpisodeSteps: 96, size: 20, frameStack: 2 }
agent: { id: sac, hidden: 8 }
`,
};
type Name = keyof typeof texts;

function experimentOf(name: Name, overrides: Record<string, string> = {}): Experiment {
  return resolveExperiment(parseExperiment(texts[name] + common, 'inline', overrides));
}

async function train(name: string, experiment: Experiment, stopAt = Infinity) {
  const parts = (await build(experiment)) as Parts;
  const recorder = new MemoryRecorder();
  const checkpoints = new Checkpoints(join(folder, name), 'key');
  const checkpoint = checkpoints.newest(parts.replay);
  const controller = new AbortController();
  const add = parts.replay.add.bind(parts.replay);
  parts.replay.add = (step) => {
    add(step);
    if (parts.replay.added === stopAt) controller.abort();
  };
  const { signal } = controller;
  const training = new OffPolicyTraining({ experiment, parts, recorder, checkpoints, checkpoint, signal });
  await training.run();
  const weights = await parts.learner.state();
  parts.env.close();
  parts.learner.dispose();
  return { recorder, weights };
}

test.each(Object.keys(texts) as Name[])(
  'stopped and resumed with prioritised replay and n-step returns, it gives the same (%s)',
  async (name) => {
    const experiment = experimentOf(name);
    const whole = await train('whole', experiment);
    const first = await train('parted', experiment, 23);
    const second = await train('parted', experiment);
    expect([...first.recorder.values, ...second.recorder.values]).toEqual(whole.recorder.values);
    expect(second.weights).toEqual(whole.weights);
    const [line] = whole.recorder.of('train').slice(-1);
    expect('loss.contrastive' in line.values).toBe(name.includes('curl'));
  },
);

test('states take a network of vectors and no objective by default', () => {
  const experiment = experimentOf('discrete-sac from states');
  expect(experiment.backbone).toMatchObject({ id: 'mlp', hidden: [] });
  expect(experiment.encoder).toEqual({ id: 'none' });
  expect(experiment.env.frameStack).toBe(1);
  expect(resolveExperiment(experiment)).toEqual(experiment);
});

test('an agent that sees states still shows pictures', async () => {
  const { folder: run } = createRun(folder, experimentOf('discrete-sac from states'), { command: 'test' });
  expect(await trainRun(run)).toBe(0);
  const live = readLive(run)!;
  expect([live.width, live.height, live.frames.length]).toEqual([20, 20, 1]);
  expect(new Set(live.frames[0]).size).toBeGreaterThan(3);
  expect(readdirSync(join(run, 'episodes'))).toContain('eval-0.gif');
  const [played] = await playRun(run, {
    onFrame: (frame) => {
      expect(frame.picture({ width: 12, height: 12 }).data).toHaveLength(432);
    },
  });
  expect((await evaluateRun(run, { episodes: 1 })).returns[0]).toBe(played.return);
});

describe('what does not fit is refused in one line', () => {
  test.each([
    ['discrete-sac from states', { 'encoder.id': 'curl' }, 'encoder.id: curl learns from pictures;'],
    ['discrete-sac from states', { 'backbone.id': 'conv' }, 'backbone.id: conv reads pictures;'],
    ['discrete-sac from states', { 'augment.crop': '10' }, 'augment.crop: states cannot be cropped;'],
    [
      'discrete-sac with curl from pixels',
      { backbone: 'null', 'backbone.id': 'mlp' },
      'backbone.id: mlp reads states;',
    ],
  ] as [Name, Record<string, string>, string][])('%s, %j', (name, overrides, message) => {
    expect(() => experimentOf(name, overrides)).toThrow(message);
  });

  test.each([
    ['discrete-sac from states', { 'train.centrePictures': 'mean' }, 'states are no pictures'],
    ['discrete-sac with curl from pixels', { pretrain: '{}', 'train.centrePictures': 'half' }, 'pretraining'],
    [
      'ppo',
      { 'train.normaliseStates': 'false' },
      'replay.nStep is for agents that learn from replay; ppo has agent.gaeLambda',
    ],
    ['ppo', { 'train.learningRate': '{ schedule: linear }' }, 'agent.learningRateSchedule'],
    ['ppo', { 'replay.nStep': '1', 'replay.prioritised': 'false' }, 'agent.normaliseObservation'],
  ] as [Name | 'ppo', Record<string, string>, string][])(
    'settings without a meaning there: %s, %j',
    (name, overrides, message) => {
      const experiment = () =>
        name === 'ppo'
          ? experimentOf('discrete-sac with curl from pixels', { agent: '{ id: ppo }', ...overrides })
          : experimentOf(name, overrides);
      expect(experiment).toThrow(message);
    },
  );

  test('an agent in a space that it cannot act in, naming one that can', async () => {
    const sac = experimentOf('discrete-sac from states', { agent: '{ id: sac }' });
    await expect(build(sac)).rejects.toThrow(
      /^agent\.id: sac acts in continuous spaces; arcade\/Catch-v0 has 3 discrete actions; take .*discrete-sac/,
    );
    const discrete = experimentOf('sac from stacked states', { agent: '{ id: discrete-sac }' });
    await expect(build(discrete)).rejects.toThrow(
      /^agent\.id: discrete-sac acts in discrete spaces; control\/CartpoleSwingup-v0 has 1 continuous action; take sac/,
    );
  });
});
