import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ActionRepeat,
  Box,
  ClipAction,
  FrameStack,
  OrderEnforcing,
  PassiveEnvChecker,
  PixelObservation,
  RecordEpisodeStatistics,
  RescaleAction,
  StateObservation,
  TimeLimit,
} from '../../src/envs/index.ts';
import type { Env } from '../../src/envs/index.ts';
import { CounterEnv } from './counter.ts';

const act = (x: number) => Float32Array.of(x);

describe('TimeLimit', () => {
  test('truncates, and never terminates', () => {
    const env = new TimeLimit(new CounterEnv(), 3);
    env.reset();
    const ends = [1, 2, 3].map(() => env.step(act(1)));
    expect(ends.map((end) => end.truncated)).toEqual([false, false, true]);
    expect(ends.map((end) => end.terminated)).toEqual([false, false, false]);
    env.reset();
    expect(env.step(act(1)).truncated).toBe(false);
  });

  test('leaves termination as it is, also on its last step', () => {
    const env = new TimeLimit(new CounterEnv(2), 2);
    env.reset();
    expect(env.step(act(1))).toMatchObject({ terminated: false, truncated: false });
    expect(env.step(act(1))).toMatchObject({ terminated: true, truncated: true });
  });
});

describe('ActionRepeat', () => {
  test('sums rewards and stops at the end of an episode', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }), (repeat, end) => {
        const inner = new CounterEnv(end);
        const env = new ActionRepeat(inner, repeat);
        env.reset();
        let steps = 0;
        let total = 0;
        for (let done = false; !done; steps++) {
          const result = env.step(act(0.5));
          total += result.reward;
          done = result.terminated;
        }
        expect(inner.count).toBe(end);
        expect(total).toBe(end * 0.5);
        expect(steps).toBe(Math.ceil(end / repeat));
      }),
    );
  });

  test('above a time limit, the limit counts environment steps', () => {
    const env = new ActionRepeat(new TimeLimit(new CounterEnv(), 10), 4);
    env.reset();
    expect([1, 2, 3].map(() => env.step(act(1)).truncated)).toEqual([false, false, true]);
  });
});

describe('RescaleAction and ClipAction', () => {
  test('rescaling maps ends to ends and never leaves the inner space', () => {
    const inner = new PassiveEnvChecker(new CounterEnv());
    const env = new RescaleAction(inner, -1, 1);
    env.reset();
    expect(env.step(act(-1)).reward).toBe(-1);
    expect(env.step(act(1)).reward).toBe(2);
    expect(env.step(act(0)).reward).toBe(0.5);
    fc.assert(
      fc.property(fc.float({ min: -1, max: 1, noNaN: true }), (x) => {
        expect(env.step(act(x)).reward).toBeCloseTo(0.5 + 1.5 * x, 5);
      }),
    );
  });

  test('clipping takes any action', () => {
    const env = new ClipAction(new PassiveEnvChecker(new CounterEnv()));
    env.reset();
    expect([-9, 0.25, 9].map((x) => env.step(act(x)).reward)).toEqual([-1, 0.25, 2]);
  });

  test('need a finite box', () => {
    expect(() => new RescaleAction(new ClipAction(new CounterEnv()))).toThrow('finite bounds');
  });
});

describe('FrameStack', () => {
  /** Counter whose observation is a picture of 1 x 2 pixels with channels (count, 10 count, pixel). */
  function pictures(): Env<Uint8Array, Float32Array> {
    const counter = new CounterEnv();
    const observe = () =>
      Uint8Array.of(counter.count, 10 * counter.count, 0, counter.count, 10 * counter.count, 1);
    const space = new Box({ low: 0, high: 255, shape: [1, 2, 3], dtype: 'uint8' });
    return new (class extends TimeLimit<Uint8Array, Float32Array> {
      override readonly observationSpace = space;
      override reset() {
        counter.reset();
        return { observation: observe(), info: {} };
      }
      override step(action: Float32Array) {
        return { ...counter.step(action), observation: observe() };
      }
    })(counter as never, 100);
  }

  test('joins along channels, oldest first, and repeats the first frame', () => {
    const env = new FrameStack(pictures(), 3);
    expect(env.observationSpace.shape).toEqual([1, 2, 9]);
    expect(Array.from(env.reset().observation)).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1,
    ]);
    env.step(act(0));
    const { observation } = env.step(act(0));
    expect(Array.from(observation)).toEqual([0, 0, 0, 1, 10, 0, 2, 20, 0, 0, 0, 1, 1, 10, 1, 2, 20, 1]);
    expect(env.observationSpace.contains(observation)).toBe(true);
    expect(env.reset().observation[3]).toBe(0);
  });

  test('stacks vectors too', () => {
    const env = new FrameStack(new StateObservation(new CounterEnv()), 2);
    env.reset();
    expect(Array.from(env.step(act(2)).observation)).toEqual([0, 0, 1, 2]);
  });
});

describe('OrderEnforcing', () => {
  test('refuses steps before reset, after an end and after close', () => {
    const env = new OrderEnforcing(new CounterEnv(1));
    expect(() => env.step(act(0))).toThrow('before the first reset()');
    env.reset();
    env.step(act(0));
    expect(() => env.step(act(0))).toThrow('after the end of an episode');
    env.reset();
    env.close();
    expect(() => env.step(act(0))).toThrow('after close()');
    expect(() => env.reset()).toThrow('after close()');
    expect(() => env.render()).toThrow('after close()');
  });
});

describe('PassiveEnvChecker', () => {
  const faulty = (change: (env: CounterEnv) => void) => {
    const inner = new CounterEnv();
    change(inner);
    const env = new PassiveEnvChecker(inner);
    env.reset({ seed: 1 });
    return () => env.step(act(0));
  };
  const stepWith = (patch: object) => (env: CounterEnv) => {
    const step = env.step.bind(env);
    env.step = (action) => ({ ...step(action), ...patch });
  };

  test('refuses actions outside the space and bad seeds', () => {
    const env = new PassiveEnvChecker(new CounterEnv());
    env.reset();
    for (const action of [act(2.5), act(NaN), new Float32Array(2), [0]]) {
      expect(() => env.step(action as Float32Array)).toThrow(
        'is not in the action space Box(-1 to 2, [1], float32)',
      );
    }
    for (const seed of [-1, 1.5]) expect(() => env.reset({ seed })).toThrow('non-negative integer');
  });

  test('finds what an environment does wrong', () => {
    expect(faulty(() => {})).not.toThrow();
    expect(faulty(stepWith({ reward: NaN }))).toThrow('reward NaN');
    expect(faulty(stepWith({ terminated: 1 }))).toThrow('booleans');
    expect(faulty(stepWith({ info: null }))).toThrow('info');
    expect(faulty(stepWith({ observation: new Float64Array(3) }))).toThrow('Float64Array(3)');
    expect(faulty(stepWith({ observation: new Float32Array(4) }))).toThrow('not in Box');
  });
});

describe('PixelObservation and StateObservation', () => {
  test('draw once per step of their own, at any size', () => {
    const inner = new CounterEnv();
    const env = new PixelObservation(new ActionRepeat(inner, 5), 7);
    expect(env.observationSpace.shape).toEqual([7, 7, 3]);
    env.reset();
    const { observation } = env.step(act(0));
    expect(inner.drawn).toBe(2);
    expect(observation).toEqual(new Uint8Array(7 * 7 * 3).fill(5));
  });

  test('the state is info.state as float32', () => {
    const env = new StateObservation(new CounterEnv());
    env.reset();
    expect(env.step(act(0.5)).observation).toEqual(Float32Array.of(1, 0.5));
    const blind = new CounterEnv() as Env<Float32Array, Float32Array>;
    Object.assign(blind, { metadata: { renderModes: [], renderFps: 1 } });
    expect(() => new StateObservation(blind)).toThrow('does not give its state');
  });
});

describe('RecordEpisodeStatistics', () => {
  test('tells return and length at the end only', () => {
    const env = new RecordEpisodeStatistics(new CounterEnv(3));
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      expect(env.step(act(1)).info.episode).toBeUndefined();
      env.step(act(1));
      const { episode: statistics } = env.step(act(0.5)).info;
      expect(statistics).toMatchObject({ r: 2.5, l: 3 });
      expect(statistics!.t).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('saved state', () => {
  test('covers the counters and stacks of all wrappers', () => {
    const build = () => {
      const limited = new TimeLimit(new OrderEnforcing(new PassiveEnvChecker(new CounterEnv())), 9);
      return new RecordEpisodeStatistics(new FrameStack(new ActionRepeat(limited, 2), 3));
    };
    const env = build();
    env.reset({ seed: 3 });
    env.step(act(1));
    env.step(act(0.5));
    const saved = JSON.stringify(env.state!());
    const future = (from: typeof env) =>
      [1, 2, 3].map((x) => {
        const { info, ...rest } = from.step(act(x / 2));
        return { ...rest, state: info.state, r: info.episode?.r, l: info.episode?.l };
      });
    const expected = future(env);
    expect(expected[2]).toMatchObject({ truncated: true, l: 5 });
    const other = build();
    other.restore!(JSON.parse(saved));
    expect(future(other)).toEqual(expected);
    expect(other.reset().observation).toEqual(env.reset().observation);
  });

  test('is absent where the wrapped environment cannot save itself', () => {
    const env = new CounterEnv() as Env<Float32Array, Float32Array>;
    env.state = undefined;
    expect(new TimeLimit(env, 3).state).toBeUndefined();
  });
});
