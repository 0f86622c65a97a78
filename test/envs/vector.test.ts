import { describe, expect, test } from 'vitest';
import {
  OrderEnforcing,
  PassiveEnvChecker,
  SyncVectorEnv,
  TimeLimit,
  makeVec,
} from '../../src/envs/index.ts';
import type { AutoresetMode } from '../../src/envs/index.ts';
import { CounterEnv } from './counter.ts';

/** Two counters; the first terminates after 2 steps, the second is truncated after 3. */
function vector(autoreset?: AutoresetMode) {
  const guarded = () => new OrderEnforcing(new PassiveEnvChecker(new CounterEnv(2)));
  const free = new TimeLimit(new OrderEnforcing(new PassiveEnvChecker(new CounterEnv())), 3);
  return new SyncVectorEnv<Float32Array, Float32Array>([guarded(), free], { autoreset });
}

const actions = [Float32Array.of(1), Float32Array.of(0.5)];
/** Counts of both environments, from their joined observations. */
const counts = (observations: Float32Array) => [observations[0], observations[3]];

describe('SyncVectorEnv', () => {
  test('next-step: the step after an end resets, with reward 0', () => {
    const env = vector();
    expect(env.autoresetMode).toBe('next-step');
    expect(counts(env.reset({ seed: 1 }).observations)).toEqual([0, 0]);
    const seen = [1, 2, 3, 4, 5].map(() => env.step(actions));
    expect(seen.map(({ observations }) => counts(observations))).toEqual([
      [1, 1],
      [2, 2],
      [0, 3],
      [1, 0],
      [2, 1],
    ]);
    expect(seen.map(({ rewards }) => Array.from(rewards))).toEqual([
      [1, 0.5],
      [1, 0.5],
      [0, 0.5],
      [1, 0],
      [1, 0.5],
    ]);
    expect(seen.map(({ terminated }) => terminated[0])).toEqual([false, true, false, false, true]);
    expect(seen.map(({ truncated }) => truncated[1])).toEqual([false, false, true, false, false]);
  });

  test('same-step: the last observation of an episode is final_obs', () => {
    const env = vector('same-step');
    env.reset({ seed: 1 });
    env.step(actions);
    const { observations, rewards, terminated, infos } = env.step(actions);
    expect(counts(observations)).toEqual([0, 2]);
    expect(Array.from(rewards)).toEqual([1, 0.5]);
    expect(terminated).toEqual([true, false]);
    expect((infos[0].final_obs as Float32Array)[0]).toBe(2);
    expect(infos[0].final_info).toMatchObject({ state: Float64Array.of(2, 2) });
    expect(infos[1]).not.toHaveProperty('final_obs');
  });

  test('disabled: ended environments wait for a masked reset', () => {
    const env = vector('disabled');
    env.reset({ seed: 1 });
    env.step(actions);
    env.step(actions);
    expect(() => env.step(actions)).toThrow('after the end of an episode');
    expect(counts(env.reset({ mask: [true, false] }).observations)).toEqual([0, 2]);
  });

  test('environment i gets seed + i, or the i-th seed', () => {
    const env = vector();
    const draws = (observations: Float32Array) => [observations[2], observations[5]];
    const [first, second] = draws(env.reset({ seed: 1 }).observations);
    expect(first).not.toBe(second);
    expect(draws(env.reset({ seed: 2 }).observations)[0]).toBe(second);
    expect(draws(env.reset({ seed: [2, 1] }).observations)).toEqual([second, first]);
  });

  test('refuses what does not fit', () => {
    const env = vector();
    expect(() => new SyncVectorEnv([])).toThrow('at least one');
    expect(() => env.step(actions.slice(1))).toThrow('2 environments got 1 actions');
    expect(() => env.reset({ seed: [1] })).toThrow('got 1 seeds');
    expect(() => env.reset({ mask: [true] })).toThrow('got 1 mask entries');
  });

  test('makeVec joins pictures', async () => {
    const envs = await makeVec('control/CartpoleSwingup-v0', { numEnvs: 2, size: 12, frameStack: 2 });
    const { observations } = envs.reset({ seed: 5 });
    expect(observations).toBeInstanceOf(Uint8Array);
    expect(observations).toHaveLength(2 * 12 * 12 * 6);
    expect(observations.slice(0, 864)).toEqual(envs.envs[0].reset({ seed: 5 }).observation);
    envs.close();
  });
});
