import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encoders } from '../../src/curl/index.ts';
import { Divergence } from '../../src/train/index.ts';
import { ppoExperiment, ppoSession } from './on-policy-runs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-on-policy-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const STATES = {
  'env.id': 'arcade/Catch-v0',
  'env.observation': 'state',
  'env.frameStack': '1',
  encoder: '{ id: none }',
  backbone: '{ id: mlp }',
  'augment.crop': 'null',
};

describe('schedule', () => {
  test('an update and a line after each rollout, evaluations between rollouts, the end after the last', async () => {
    const { state, recorder, training } = await ppoSession(folder, ppoExperiment('', { steps: '90' }));
    expect(state).toBe('finished');
    expect(training.agentStep).toBe(96);
    expect(recorder.of('train').map((line) => line.agentStep)).toEqual([16, 32, 48, 64, 80, 96]);
    expect(recorder.of('evaluation').map((line) => line.agentStep)).toEqual([0, 32, 64, 96]);
    // Episodes are cut after 10 agent steps of 3 environment steps; two environments in step with each other.
    expect(recorder.of('episode').map((line) => [line.agentStep, line.values.length])).toEqual(
      [20, 20, 40, 40, 60, 60, 80, 80].map((step) => [step, 10]),
    );
    expect(recorder.of('train')[0].values).toMatchObject({ epochs: 2, 'learning.rate': 3e-4 });
    const names = Object.keys(recorder.of('train')[0].values);
    for (const name of ['loss.policy', 'loss.value', 'entropy', 'kl', 'clip.fraction', 'explained.variance'])
      expect(names).toContain(name);
    expect(names).toContain('loss.contrastive');
  });

  test('the learning rate falls in a line, or stays', async () => {
    const falling = await ppoSession(join(folder, 'a'), ppoExperiment('', { steps: '64' }));
    const rates = (recorder: typeof falling.recorder) =>
      recorder.of('train').map((line) => line.values['learning.rate'] / 3e-4);
    rates(falling.recorder).forEach((rate, k) => expect(rate).toBeCloseTo(1 - k / 4, 9));
    const constant = await ppoSession(
      join(folder, 'b'),
      ppoExperiment('learningRateSchedule: constant', { steps: '48' }),
    );
    expect(rates(constant.recorder)).toEqual([1, 1, 1]);
  });

  test('a policy that moves too far ends the passes', async () => {
    const { recorder } = await ppoSession(
      folder,
      ppoExperiment('learningRate: 0.05, targetKl: 0.001', { steps: '16' }),
    );
    expect(recorder.of('train')[0].values.epochs).toBe(1);
  });

  test('an objective on its own replay has updates of its own, fewer as the run goes on', async () => {
    const { recorder } = await ppoSession(
      folder,
      ppoExperiment('objectiveOn: replay, objectiveUpdates: 4, policyStart: 16', { steps: '64' }),
    );
    const told = recorder.of('train').map((line) => line.values);
    expect('loss.policy' in told[0]).toBe(false);
    expect('loss.policy' in told[1]).toBe(true);
    for (const values of told) expect(values['loss.contrastive']).toBeGreaterThan(0);
  });
});

test('the first rollout gives the mean picture, and nothing is learned from it', async () => {
  const { recorder } = await ppoSession(
    folder,
    ppoExperiment('', { 'train.centrePictures': 'mean', steps: '48' }),
  );
  const told = recorder.of('train').map((line) => 'loss.policy' in line.values);
  expect(told).toEqual([false, true, true]);
});

describe('the same values', () => {
  test('twice, and with other values for another seed', async () => {
    const runs = [];
    for (const [name, seed] of [
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
    ]) {
      runs.push((await ppoSession(join(folder, name), ppoExperiment('', { seed }))).recorder.values);
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });

  test.each<{ name: string; agent: string; overrides: Record<string, string>; forget?: boolean }>([
    { name: 'an objective on the rollout', agent: '', overrides: {} },
    { name: 'an objective on a replay', agent: 'objectiveOn: replay', overrides: {} },
    { name: 'states', agent: '', overrides: STATES },
    { name: 'centred pictures', agent: '', overrides: { 'train.centrePictures': 'mean' } },
    { name: 'environments that cannot save themselves', agent: '', overrides: {}, forget: true },
  ])('when stopped at any step and resumed: $name', async ({ agent, overrides, forget }) => {
    const experiment = ppoExperiment(agent, overrides);
    const prepare: Parameters<typeof ppoSession>[3] = (parts) => {
      if (!forget) return;
      const make = parts.makeVector;
      parts.makeVector = async () => {
        const envs = await make();
        const states = envs.states.bind(envs);
        return Object.assign(envs, { states: async () => (await states()).map(() => null) });
      };
    };
    const whole = await ppoSession(join(folder, 'whole'), experiment, Infinity, prepare);
    const lines = [];
    for (const stopAt of [2, 14, 16, 42, 70]) {
      const part = await ppoSession(join(folder, 'cut'), experiment, stopAt, prepare);
      expect(part.state).toBe('interrupted');
      expect(part.training.agentStep).toBe(stopAt);
      lines.push(...part.recorder.values);
    }
    lines.push(...(await ppoSession(join(folder, 'cut'), experiment, Infinity, prepare)).recorder.values);
    expect(lines).toEqual(whole.recorder.values);
  });
});

test('environments on worker threads give the same values as in one thread', async () => {
  const experiment = (vectorization: string) =>
    ppoExperiment(`vectorization: ${vectorization}`, {
      ...STATES,
      'env.id': 'arcade/Catch-v0',
      steps: '48',
    });
  const sync = await ppoSession(join(folder, 'a'), experiment('sync'));
  const cut = await ppoSession(join(folder, 'b'), experiment('async'), 26);
  const rest = await ppoSession(join(folder, 'b'), experiment('async'));
  expect([...cut.recorder.values, ...rest.recorder.values]).toEqual(sync.recorder.values);
});

describe.each(['rollout', 'replay'])('with objectives on the %s', (where) => {
  const ids = Object.keys(encoders).filter((id) => id !== 'none');
  test.each(ids)('%s: all numbers are finite and no tensor is left', async (id) => {
    const { recorder } = await ppoSession(
      folder,
      ppoExperiment(`objectiveOn: ${where}, objectiveSchedule: constant`, {
        encoder: `{ id: ${id} }`,
        'evaluation.every': '1000',
        steps: '80',
      }),
    );
    const told = recorder.of('train');
    expect(told.length).toBe(5);
    for (const { values } of told) expect(values).toHaveProperty(['loss.contrastive']);
    const tensors = recorder.of('timing').map((line) => line.values['memory.tensors']);
    expect(new Set(tensors.slice(2)).size).toBe(1);
  });
});

test('a loss that is no number stops the run', async () => {
  const run = ppoSession(folder, ppoExperiment(), Infinity, (parts) => {
    const values = parts.learner.values.bind(parts.learner);
    parts.learner.values = (...args) => values(...args).fill(NaN);
  });
  await expect(run).rejects.toThrow(Divergence);
});
