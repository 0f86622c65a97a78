import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Experiment } from '../../src/runs/index.ts';
import { Callbacks, loadCallbacks, resolveCallbacks } from '../../src/train/callbacks/index.ts';
import { explorationChance, learningRateFactor } from '../../src/train/schedule.ts';
import { session, smallExperiment } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-callbacks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (agentStep: number) => ({ agentStep, envStep: 2 * agentStep, updates: 0 });
const evaluation = (mean: number) => ({ mean, std: 0, episodes: 1 });
const load = (callbacks: Experiment['callbacks']) => loadCallbacks({ ...smallExperiment(), callbacks });

describe('stopping', () => {
  test('at a mean return of evaluations', async () => {
    const callbacks = await load([{ id: 'stop-at-return', return: 5 }]);
    callbacks.evaluation(at(1), evaluation(4.9));
    callbacks.episode(at(2), { return: 100, length: 1 });
    expect(callbacks.stop).toBeNull();
    callbacks.evaluation(at(3), evaluation(5));
    expect(callbacks.stop).toMatch(/evaluation reached 5/);
  });

  test('at a mean return of the newest training episodes', async () => {
    const callbacks = await load([{ id: 'stop-at-return', return: 5, of: 'training', episodes: 2 }]);
    for (const value of [9, 0, 6]) callbacks.episode(at(1), { return: value, length: 1 });
    expect(callbacks.stop).toBeNull();
    callbacks.episode(at(2), { return: 4, length: 1 });
    expect(callbacks.stop).toMatch(/training reached 5/);
  });

  test('without improvement, counted from the best evaluation', async () => {
    const callbacks = await load([{ id: 'stop-on-no-improvement', evaluations: 2, margin: 1 }]);
    for (const mean of [3, 4, 5, 5.5]) callbacks.evaluation(at(1), evaluation(mean));
    expect(callbacks.stop).toBeNull();
    callbacks.evaluation(at(2), evaluation(6));
    expect(callbacks.stop).toMatch(/2 evaluations in a row.*5\.0/);
  });

  test('a saved state goes on counting', async () => {
    const list = [{ id: 'stop-on-no-improvement', evaluations: 2 }];
    const [one, other] = [await load(list), await load(list)];
    for (const mean of [3, 1]) one.evaluation(at(1), evaluation(mean));
    other.restore(structuredClone(one.state()));
    other.evaluation(at(2), evaluation(2));
    expect(other.stop).not.toBeNull();
  });
});

describe('in a run', () => {
  test('a stop ends it after an evaluation and a checkpoint', async () => {
    const callbacks = new Callbacks([
      { onStep: ({ agentStep }) => (agentStep === 33 ? { stop: 'enough' } : undefined) },
    ]);
    const { state, training, recorder, checkpoints } = await session(folder, smallExperiment(), {
      callbacks,
    });
    expect(state).toBe('finished');
    expect(training.agentStep).toBe(33);
    expect(recorder.of('evaluation').at(-1)!.agentStep).toBe(33);
    expect(checkpoints.steps()[0]).toBe(33);
  });

  test('an evaluation that stops it is the last one', async () => {
    const callbacks = await load([{ id: 'stop-at-return', return: -1e9 }]);
    const { training } = await session(folder, smallExperiment(), { callbacks });
    expect(training.agentStep).toBe(0);
  });

  test('evaluations and checkpoints come where they are asked for, and training is the same', async () => {
    const callbacks = await load([
      { id: 'evaluation', at: [7, 31] },
      { id: 'checkpoint', at: [58] },
    ]);
    const plain = await session(join(folder, 'a'), smallExperiment());
    const asked = await session(join(folder, 'b'), smallExperiment(), { callbacks });
    const steps = asked.recorder.of('evaluation').map((line) => line.agentStep);
    expect(steps).toEqual([0, 7, 20, 31, 40, 60]);
    expect(asked.checkpoints.steps()).toContain(58);
    for (const kind of ['train', 'episode'] as const)
      expect(asked.recorder.of(kind)).toEqual(plain.recorder.of(kind));
  });

  test('all hooks of a file are called, with its options', async () => {
    const file = join(folder, 'count.mjs');
    writeFileSync(
      file,
      `export function create({ scale }, { experiment }) {
        const seen = { step: 0, episode: 0, metrics: 0, evaluation: 0 };
        return {
          onStep() { seen.step += scale; },
          onEpisode() { seen.episode++; },
          onMetrics() { seen.metrics++; },
          onEvaluation() { seen.evaluation++; },
          state: () => ({ ...seen, steps: experiment.steps }),
        };
      }`,
    );
    const callbacks = await load([{ id: file, scale: 2 }]);
    const { recorder } = await session(folder, smallExperiment(), { callbacks });
    const counted = (callbacks.state() as { callbacks: unknown[] }).callbacks[0];
    expect(counted).toEqual({
      step: 120,
      episode: recorder.of('episode').length,
      metrics: recorder.of('train').length,
      evaluation: 4,
      steps: 60,
    });
  });

  test('a run that was cut goes on with what its callbacks had counted', async () => {
    const list = [{ id: 'stop-at-return', return: 1e9, of: 'training', episodes: 1000 }];
    const states = [];
    for (const cut of [true, false]) {
      const place = join(folder, String(cut));
      if (cut) {
        await session(place, smallExperiment(), {
          callbacks: await load(list),
          prepare: ({ recorder, stop }) => {
            recorder.onLine = ({ agentStep }) => agentStep >= 25 && stop();
          },
        });
      }
      const callbacks = await load(list);
      await session(place, smallExperiment(), { callbacks });
      states.push(callbacks.state());
    }
    expect(states[0]).toEqual(states[1]);
  });
});

test('unknown callbacks and options are refused in one line', async () => {
  expect(() => resolveCallbacks(['stop-at-retrun'])).toThrow(
    /^callbacks\.0: there is no stop-at-retrun; did you mean stop-at-return\?/,
  );
  expect(() => resolveCallbacks([{ id: 'stop-at-return', retrun: 3 }])).toThrow(/callbacks\.0/);
  await expect(load(['./no-such-callback.mjs'])).rejects.toThrow(/there is no file/);
  const file = join(folder, 'empty.mjs');
  writeFileSync(file, 'export const other = 1;');
  await expect(load([file])).rejects.toThrow(/exports no function create/);
});

describe('schedules', () => {
  const rate = { schedule: 'linear', final: 0.1, warmUp: 10, steps: 110 } as const;

  test('learning rates rise, fall and stay at their end', () => {
    expect(learningRateFactor(rate, 0, 1000)).toBeCloseTo(0.1);
    expect(learningRateFactor(rate, 9, 1000)).toBeCloseTo(1);
    expect(learningRateFactor(rate, 60, 1000)).toBeCloseTo(0.55);
    expect(learningRateFactor(rate, 500, 1000)).toBeCloseTo(0.1);
    const cosine = { ...rate, schedule: 'cosine', steps: undefined } as const;
    expect(learningRateFactor(cosine, 505, 1000)).toBeCloseTo(0.55);
    expect(learningRateFactor(cosine, 1000, 1000)).toBeCloseTo(0.1);
    expect(learningRateFactor({ ...rate, schedule: 'constant' }, 500, 1000)).toBe(1);
  });

  test('a run sets them before each update', async () => {
    const factors: number[] = [];
    await session(
      folder,
      smallExperiment({ 'train.learningRate': '{ schedule: linear }', 'train.trainEvery': '4' }),
      {
        prepare: ({ parts }) => {
          Object.assign(parts.learner, { scaleLearningRates: (factor: number) => factors.push(factor) });
        },
      },
    );
    // Steps 12 to 59 learn; every fourth of them updates.
    expect(factors).toHaveLength(12);
    factors.forEach((factor, k) => expect(factor).toBeCloseTo(1 - (15 + 4 * k) / 60));
  });

  test('exploration falls in a straight line and replaces actions', async () => {
    const fall = { initial: 1, final: 0.2, steps: 100 };
    const expected = new Map([
      [0, 1],
      [50, 0.6],
      [100, 0.2],
      [900, 0.2],
    ]);
    for (const [step, chance] of expected) expect(explorationChance(fall, step)).toBeCloseTo(chance);
    const acts = async (initial: string) => {
      const exploration = `{ initial: ${initial}, final: ${initial}, steps: 10 }`;
      const { parts } = await session(
        join(folder, initial),
        smallExperiment({ 'train.exploration': exploration }),
      );
      return parts.learner.log.filter((entry) => entry === 'act').length;
    };
    expect(await acts('1')).toBe(0);
    expect(await acts('0')).toBe(48);
  });
});
