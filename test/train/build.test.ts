import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  Checkpoints,
  OffPolicyTraining,
  build,
  evaluateRun,
  resolveExperiment,
  trainRun,
  type PixelLearner,
} from '../../src/train/index.ts';
import { createRun } from '../../src/runs/index.ts';
import { MemoryRecorder } from './harness.ts';
import { pointExperiment } from './point-env.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-build-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Trains SAC with its objective; stops after `stopAt` steps where that is given. */
async function train(name: string, experiment = pointExperiment(), stopAt = Infinity) {
  const parts = await build(experiment);
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
  const state = await training.run();
  const weights = await parts.learner.state();
  parts.env.close();
  parts.learner.dispose();
  return { state, recorder, weights };
}

describe('SAC on the cpu engine', () => {
  test.each([
    ['curl', {}],
    ['none', {}],
    ['moco', { 'encoder.queue': '10', 'encoder.size': '4' }],
    [
      'swav',
      { 'encoder.hidden': '8', 'encoder.queue': '8', 'encoder.queueFrom': '2', 'encoder.localCrops': '1' },
    ],
    ['memory-bank', { 'encoder.negatives': '5', 'encoder.size': '4' }],
    ['atc', { 'encoder.hidden': '8', 'encoder.steps': '3' }],
  ])('stopped and resumed, it gives the same values and weights (%s)', async (encoder, overrides) => {
    const experiment = pointExperiment({ 'encoder.id': encoder, ...overrides } as Record<string, string>);
    const whole = await train('whole', experiment);
    expect(whole.state).toBe('finished');
    const first = await train('parted', experiment, 17);
    expect(first.state).toBe('interrupted');
    const second = await train('parted', experiment);
    expect([...first.recorder.values, ...second.recorder.values]).toEqual(whole.recorder.values);
    expect(second.weights).toEqual(whole.weights);
    const [line] = whole.recorder.of('train').slice(-1);
    expect('loss.contrastive' in line.values).toBe(encoder !== 'none');
    expect(Object.keys(line.values)).toContain('loss.critic');
  });

  test('keeps the number of tensors in the engine steady', async () => {
    const { recorder } = await train('steady');
    const counts = recorder.of('timing').map((line) => line.values['memory.tensors']);
    expect(new Set(counts.slice(2)).size).toBe(1);
  });

  test('hands the critic and the objective the same crop, and the objective another one beside it', async () => {
    const experiment = pointExperiment();
    const parts = await build(experiment);
    const learner = parts.learner as PixelLearner;
    let observation = parts.env.reset({ seed: 1 }).observation;
    parts.replay.start(observation);
    for (let k = 0; k < 10; k++) {
      const step = parts.env.step(Float32Array.of(0.3, -0.4));
      parts.replay.add({ action: [0.3, -0.4], ...step });
      observation = step.observation;
    }
    const seen: { critic?: Float32Array; views?: Float32Array[] } = {};
    const agentUpdate = learner.agent.update.bind(learner.agent);
    learner.agent.update = (batch, options) => {
      seen.critic = batch.observations.dataSync().slice() as Float32Array;
      expect(batch.observations.shape).toEqual([4, 10, 10, 9]);
      return agentUpdate(batch, options);
    };
    const contrastiveUpdate = learner.contrastive!.update.bind(learner.contrastive);
    learner.contrastive!.update = (views, options) => {
      seen.views = views.map((view) => view.dataSync().slice() as Float32Array);
      return contrastiveUpdate(views, options);
    };
    const batch = learner.sample(parts.replay);
    const [own, fresh, ...others] = batch.views.images;
    expect([own, others]).toEqual([null, []]);
    expect(fresh).not.toEqual(batch.observations);
    await learner.update(batch, { log: true });
    expect(seen.views?.[0]).toEqual(seen.critic);
    expect(seen.views?.[1]).toEqual(
      Float32Array.from(fresh!, (byte) => Math.fround(byte / 255)).map((x) => x),
    );
    expect(learner.act(observation, { deterministic: true })).toEqual(
      learner.act(observation, { deterministic: true }),
    );
    parts.learner.dispose();
  });
});

test('a run folder trains to the end, and what was trained can be evaluated', async () => {
  const experiment = pointExperiment({ 'evaluation.compareWithRandom': 'true' });
  const run = createRun(folder, experiment, { command: 'test' });
  const notes: string[] = [];
  expect(await trainRun(run.folder, { onNote: (note) => notes.push(note) })).toBe(0);
  expect(notes).toEqual([]);
  const episodes: number[] = [];
  const result = await evaluateRun(run.folder, {
    episodes: 3,
    seed: 4,
    onEpisode: (episode) => episodes.push(episode.return),
  });
  expect(result.agentStep).toBe(30);
  expect(result.returns).toEqual(episodes);
  // 30 environment steps, three to an agent step.
  expect(result.lengths).toEqual([10, 10, 10]);
  expect(result.mean).toBeCloseTo(episodes.reduce((a, b) => a + b) / 3, 10);
  expect(result.confidence[0]).toBeLessThanOrEqual(result.mean);
  expect(result.confidence[1]).toBeGreaterThanOrEqual(result.mean);
  expect(await evaluateRun(run.folder, { episodes: 3, seed: 4 })).toEqual(result);
  expect((await evaluateRun(run.folder, { episodes: 1, which: 'best' })).returns.length).toBe(1);
});

describe('what is refused, in one line', () => {
  test.each([
    [{ 'agent.id': 'sax' }, 'agent.id: there is no sax; did you mean sac?'],
    [{ 'encoder.id': 'curls' }, 'encoder.id: there is no curls; did you mean curl?'],
    [{ 'backbone.id': 'con' }, 'backbone.id: there is no con; did you mean conv?'],
    [{ 'env.id': 'test/Pont-v0' }, 'env.id: there is no test/Pont-v0; did you mean test/Point-v0?'],
    [{ 'env.sizes': '3' }, 'unknown key env.sizes; did you mean env.size?'],
    [{ 'agent.hiden': '3' }, 'unknown key agent.hiden; did you mean agent.hidden?'],
    [{ 'backbone.filters': 'many' }, 'backbone.filters'],
    [{ 'augment.crop': '13' }, 'augment.crop must be at most env.size (12), got 13.'],
  ])('%j', (overrides, message) => {
    expect(() => pointExperiment(overrides as Record<string, string>)).toThrow(message);
  });
});

test('a resolved experiment names every option and resolves to itself', () => {
  const experiment = pointExperiment();
  expect(experiment.agent).toMatchObject({ id: 'sac', hidden: 8, discount: 0.99 });
  expect(experiment.encoder).toMatchObject({ id: 'curl', learningRate: 1e-3 });
  expect(resolveExperiment(experiment)).toEqual(experiment);
});
