import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Divergence } from '../../src/train/index.ts';
import { session, smallExperiment } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-train-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('schedule', () => {
  test('random actions first, then act, update and step in turn', async () => {
    const { parts, training, state } = await session(
      folder,
      smallExperiment({ 'train.updatesPerStep': '2' }),
    );
    expect(state).toBe('finished');
    expect(training.agentStep).toBe(60);
    const own = parts.learner.log.filter((entry) => entry !== 'act deterministic');
    // 60 - 12 learning steps, each an action and two updates.
    expect(own).toEqual(Array.from({ length: 48 }, () => ['act', 'update', 'update']).flat());
    expect(parts.replay.added).toBe(60);
    expect(parts.env.calls.step).toBe(60);
  });

  test('a run without random steps learns from the second step on', async () => {
    const { parts } = await session(folder, smallExperiment({ 'train.randomSteps': '0', steps: '10' }));
    expect(parts.learner.updates).toBe(9);
  });

  test('evaluates before learning, at every multiple and at the end, in an environment of its own', async () => {
    const { parts, recorder } = await session(folder, smallExperiment({ steps: '50' }));
    const evaluations = recorder.of('evaluation');
    expect(evaluations.map((line) => line.agentStep)).toEqual([0, 20, 40, 50]);
    for (const { values } of evaluations) expect(values['return.episodes']).toBe(2);
    expect(parts.evaluationEnvs.length).toBe(1);
    const [{ calls }] = parts.evaluationEnvs;
    expect(calls.reset.length).toBe(8);
    expect(new Set(calls.reset).size).toBe(8);
    expect(calls.close).toBe(1);
    expect(recorder.films.map((film) => film.name)).toEqual(['eval-0', 'eval-20', 'eval-40', 'eval-50']);
    expect(recorder.films[0].fps).toBe(12.5);
    expect(parts.env.calls.render).toBe(0);
  });

  test('evaluations never disturb training', async () => {
    const rare = await session(join(folder, 'a'), smallExperiment({ 'evaluation.every': '1000' }));
    const often = await session(
      join(folder, 'b'),
      smallExperiment({ 'evaluation.every': '3', 'evaluation.episodes': '3' }),
    );
    for (const kind of ['train', 'episode'] as const)
      expect(often.recorder.of(kind)).toEqual(rare.recorder.of(kind));
    expect(rare.recorder.of('train').length).toBeGreaterThan(5);
  });

  test('compares with a random policy in the last evaluation alone, when asked', async () => {
    const { recorder } = await session(folder, smallExperiment({ 'evaluation.compareWithRandom': 'true' }));
    const lines = recorder.of('evaluation');
    expect(lines.map((line) => 'random.return.mean' in line.values)).toEqual([false, false, false, true]);
    expect(Number.isFinite(lines[3].values['random.return.mean'])).toBe(true);
    expect(Number.isFinite(lines[3].values['random.return.std'])).toBe(true);
  });
});

describe('bookkeeping', () => {
  test('episode lines hold the returns and lengths of the episodes as they were played', async () => {
    const rewards: number[] = [];
    const expected: { return: number; length: number; agentStep: number }[] = [];
    let agentStep = 0;
    const { recorder } = await session(folder, smallExperiment(), {
      prepare: ({ parts }) => {
        const { env } = parts;
        const step = env.step.bind(env);
        env.step = (action) => {
          const result = step(action);
          agentStep++;
          rewards.push(result.reward);
          if (result.terminated || result.truncated) {
            expected.push({ return: rewards.reduce((a, b) => a + b, 0), length: rewards.length, agentStep });
            rewards.length = 0;
          }
          return result;
        };
      },
    });
    const lines = recorder.of('episode');
    expect(lines.map(({ agentStep, values }) => ({ ...values, agentStep }))).toEqual(expected);
    expect(expected.length).toBeGreaterThan(4);
  });

  test('environment steps are agent steps times the action repeat, on every line', async () => {
    const { recorder } = await session(folder, smallExperiment());
    for (const line of recorder.lines) expect(line.envStep).toBe(2 * line.agentStep);
  });

  test('training lines come every logEvery steps once learning has begun, timing lines from the start', async () => {
    const { recorder } = await session(folder, smallExperiment());
    const steps = (kind: 'train' | 'timing') => recorder.of(kind).map((line) => line.agentStep);
    expect(steps('train')).toEqual([15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(steps('timing')).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    for (const { values } of recorder.of('timing')) {
      const shares = ['env', 'replay', 'update', 'evaluation', 'other'].map(
        (part) => values[`share.${part}`],
      );
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(values['speed.env']).toBeCloseTo(2 * values['speed.agent'], 6);
    }
  });

  test('replay gets terminations and cuts apart', async () => {
    const { parts } = await session(folder, smallExperiment({ 'replay.capacity': '100', steps: '100' }));
    const all = Int32Array.from({ length: parts.replay.size }, (_, k) => k);
    const terminated = parts.replay.terminated(all);
    const truncated = parts.replay.truncated(all);
    const both = terminated.filter((flag, k) => flag === 1 && truncated[k] === 1).length;
    expect([...truncated].filter((flag) => flag === 1).length).toBeGreaterThan(3);
    expect(both).toBeLessThan(truncated.length / 10);
  });

  test('phases go from random over learning to the end', async () => {
    const { recorder } = await session(folder, smallExperiment({ 'evaluation.every': '1000' }));
    expect(recorder.phases[0]).toBe('evaluating');
    expect(recorder.phases.filter((phase) => phase !== 'saving')).toEqual([
      'evaluating',
      'random',
      'learning',
      'learning',
      'learning',
      'learning',
      'evaluating',
    ]);
  });
});

describe('the same seed', () => {
  test('gives the same values twice', async () => {
    const one = await session(join(folder, 'a'), smallExperiment());
    const two = await session(join(folder, 'b'), smallExperiment());
    expect(two.recorder.values).toEqual(one.recorder.values);
    const other = await session(join(folder, 'c'), smallExperiment({ seed: '2' }));
    expect(other.recorder.values).not.toEqual(one.recorder.values);
  });

  test.each([true, false])(
    'gives the same values when stopped and resumed at any step (saving environment: %s)',
    async (saves) => {
      const experiment = smallExperiment({ 'evaluation.compareWithRandom': 'true' });
      const whole = await session(join(folder, 'whole'), experiment, { saves });
      const parted = join(folder, 'parted');
      const lines = [];
      let stops = 0;
      for (let done = false; !done;) {
        const part = await session(parted, experiment, {
          saves,
          prepare: ({ parts, stop }) => {
            // Stops after 7 more steps, wherever that is.
            let left = 7;
            const add = parts.replay.add.bind(parts.replay);
            parts.replay.add = (step) => {
              add(step);
              if (--left === 0) stop();
            };
          },
        });
        lines.push(...part.recorder.values);
        done = part.state === 'finished';
        if (!done) stops++;
      }
      expect(stops).toBeGreaterThan(3);
      expect(lines).toEqual(whole.recorder.values);
    },
  );

  test('gives the same values when stopped during evaluations', async () => {
    const experiment = smallExperiment();
    const whole = await session(join(folder, 'whole'), experiment);
    const parted = join(folder, 'parted');
    const first = await session(parted, experiment, {
      prepare: ({ parts, stop }) => {
        let evaluated = 0;
        const makeEnv = parts.makeEnv.bind(parts);
        parts.makeEnv = async () => {
          const env = await makeEnv();
          const step = env.step.bind(env);
          env.step = (action) => {
            // In the second evaluation.
            if (++evaluated === 25) stop();
            return step(action);
          };
          return env;
        };
      },
    });
    expect(first.state).toBe('interrupted');
    expect(first.recorder.of('evaluation').map((line) => line.agentStep)).toEqual([0]);
    const second = await session(parted, experiment);
    expect(second.from).toBe(20);
    expect([...first.recorder.values, ...second.recorder.values]).toEqual(whole.recorder.values);
  });
});

describe('divergence', () => {
  test('stops with the loss and the step, and keeps the last good checkpoint', async () => {
    const run = session(folder, smallExperiment(), {
      prepare: ({ parts }) => {
        parts.learner.failsAfter = 25;
      },
    });
    // 12 random steps and 25 good updates: the 26th update spoils the weights, the next action shows it.
    const message =
      /^The run diverged: loss\.critic is NaN, loss\.actor is NaN, the policy's action is NaN at agent step 38\.$/;
    await expect(run).rejects.toThrow(Divergence);
    await expect(run).rejects.toThrow(message);
    const resumed = await session(folder, smallExperiment());
    expect(resumed.from).toBe(30);
    expect(resumed.state).toBe('finished');
  });

  test('weights that are not finite are never saved', async () => {
    const { parts, checkpoints } = await session(folder, smallExperiment({ steps: '20' }));
    parts.learner.weights[1] = Infinity;
    const snapshot = await parts.learner.state();
    expect(() => checkpoints.save(99, snapshot, parts.replay)).toThrow(
      'weights is Infinity at agent step 99',
    );
    expect(() => checkpoints.saveBest(99, snapshot)).toThrow(Divergence);
    expect(checkpoints.steps()).toEqual([20, 15]);
  });
});
