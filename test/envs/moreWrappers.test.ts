import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  Box,
  ClipReward,
  DtypeObservation,
  FrameStack,
  GreyObservation,
  MaxAndSkipObservation,
  NormalizeReward,
  PixelObservation,
  RecordVideo,
  ResizeObservation,
  StateObservation,
  StickyAction,
  TimeAwareObservation,
  TransformObservation,
  TransformReward,
  checkEnv,
} from '../../src/envs/index.ts';
import type { Env } from '../../src/envs/index.ts';
import { CounterEnv } from './counter.ts';

const act = (x: number) => Float32Array.of(x);

/** A counter whose pictures have another value in each channel, and blink on odd counts. */
class Colored extends CounterEnv {
  override render({ width, height } = { width: 4, height: 4 }) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % width;
      return this.count % 2 ? 0 : [100, 50, 200][i % 3] + x + this.count;
    });
    return { width, height, data };
  }
}

const pixels = (size = 4, end = Infinity) => new PixelObservation(new Colored(end), size);
const sound = (env: unknown) => expect(checkEnv(env as Env)).toEqual([]);

describe('observations', () => {
  test('grey is the weighted mean of red, green and blue, frame by frame', () => {
    const env = new GreyObservation(new FrameStack(pixels(2), 2));
    expect(env.observationSpace.shape).toEqual([2, 2, 2]);
    const { observation } = env.reset();
    const grey = (x: number) => Math.round((77 * (100 + x) + 150 * (50 + x) + 29 * (200 + x)) / 256);
    expect([...observation]).toEqual([0, 0, 1, 1, 0, 0, 1, 1].map(grey));
    sound(env);
    expect(() => new GreyObservation(env as never)).toThrow('three channels');
  });

  test('resize takes means where it shrinks and repeats where it grows', () => {
    const small = new ResizeObservation(pixels(4), [2, 2]);
    expect(small.observationSpace.shape).toEqual([2, 2, 3]);
    const mean = (a: number, b: number) => Math.round((a + b) / 2);
    expect([...small.reset().observation.slice(0, 6)]).toEqual([
      ...[mean(100, 101), mean(50, 51), mean(200, 201)],
      ...[mean(102, 103), mean(52, 53), mean(202, 203)],
    ]);
    const large = new ResizeObservation(pixels(2), [4, 4]);
    expect([...large.reset().observation.slice(0, 12)].filter((_, i) => i % 3 === 0)).toEqual([
      100, 100, 101, 101,
    ]);
    sound(small);
    sound(large);
    sound(new ResizeObservation(pixels(5), [3, 7]));
    expect(() => new ResizeObservation(pixels(), [0, 3])).toThrow('height and a width');
  });

  test('max and skip keeps what blinks, adds rewards and stops at the end', () => {
    const env = new MaxAndSkipObservation(pixels(2, 7), 4);
    env.reset();
    const first = env.step(act(0.5));
    expect(first.observation[0]).toBe(104);
    expect(first.reward).toBe(2);
    expect(env.step(act(0.5))).toMatchObject({ reward: 1.5, terminated: true });
    const odd = new MaxAndSkipObservation(pixels(2), 3);
    odd.reset();
    expect(odd.step(act(1)).observation[0]).toBe(102);
    expect(() => new MaxAndSkipObservation(pixels(), 1)).toThrow('2 or more');
    sound(new MaxAndSkipObservation(pixels(4, 9), 4));
  });

  test('time aware appends the share of the episode', () => {
    const env = new TimeAwareObservation(new StateObservation(new CounterEnv()), 4);
    expect([...env.reset().observation]).toEqual([0, 0, 0]);
    const shares = [1, 2, 3, 4].map(() => env.step(act(1)).observation.at(-1));
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
    sound(env);
    expect(() => new TimeAwareObservation(pixels() as never, 4)).toThrow('vectors of float32');
  });

  test('dtype and transform give what they say', () => {
    const floats = new DtypeObservation(pixels(2), 'float32');
    expect(floats.reset().observation).toBeInstanceOf(Float32Array);
    expect(floats.reset().observation[1]).toBe(50);
    sound(floats);
    const space = new Box<'float32'>({ low: -Infinity, high: Infinity, shape: [1] });
    const sums = new TransformObservation(
      new StateObservation(new CounterEnv()),
      (state: Float32Array) => Float32Array.of(state[0] + state[1]),
      space,
    );
    sums.reset();
    expect(sums.step(act(2)).observation[0]).toBe(3);
    sound(sums);
  });
});

describe('rewards', () => {
  test('clip and transform', () => {
    const clipped = new ClipReward(new CounterEnv(), -0.5, 0.5);
    const squared = new TransformReward(new CounterEnv(), (reward) => reward * reward);
    for (const env of [clipped, squared]) env.reset();
    expect([2, 0.25, -1].map((x) => clipped.step(act(x)).reward)).toEqual([0.5, 0.25, -0.5]);
    expect(squared.step(act(-0.5)).reward).toBe(0.25);
    expect(() => new ClipReward(new CounterEnv(), 1, 1)).toThrow('low below high');
  });

  test('normalise divides by the deviation of the discounted returns', () => {
    const env = new NormalizeReward(new CounterEnv(), { gamma: 0.5 });
    env.reset({ seed: 1 });
    const rewards = [1, 0.5, 2, 0.25, 1.5, 0, 1, 2, 0.5, 1].map((x) => x * 0.5);
    const returns: number[] = [];
    let last = 0;
    for (const reward of rewards) {
      returns.push(0.5 * (returns.at(-1) ?? 0) + reward);
      last = env.step(act(reward)).reward;
    }
    const mean = returns.reduce((sum, x) => sum + x, 0) / returns.length;
    const variance = returns.reduce((sum, x) => sum + (x - mean) ** 2, 0) / returns.length;
    // The statistics start as if 0.0001 samples had been seen already.
    expect(last).toBeCloseTo(rewards.at(-1)! / Math.sqrt(variance), 3);
    env.updating = false;
    const [one, two] = [env.step(act(1)).reward, env.step(act(1)).reward];
    expect(two).toBe(one);
  });

  test('normalise goes on from a saved state', () => {
    const make = () => new NormalizeReward(new CounterEnv());
    const [env, copy] = [make(), make()];
    env.reset({ seed: 2 });
    for (let i = 0; i < 9; i++) env.step(act(i / 5));
    copy.restore!(JSON.parse(JSON.stringify(env.state!())));
    expect(copy.step(act(1))).toEqual(env.step(act(1)));
  });
});

describe('StickyAction', () => {
  test('repeats about as often as asked, never across episodes, the same under a seed', () => {
    const env = new StickyAction(new CounterEnv(), 0.3);
    const episode = () => {
      env.reset({ seed: 5 });
      return Array.from({ length: 1000 }, (_, i) => env.step(act(i / 1000)).reward);
    };
    const rewards = episode();
    const repeated = rewards.filter((reward, i) => i > 0 && reward === rewards[i - 1]).length;
    expect(repeated).toBeGreaterThan(240);
    expect(repeated).toBeLessThan(360);
    expect(episode()).toEqual(rewards);
    env.reset();
    expect(env.step(act(1)).reward).toBe(1);
    sound(env);
    expect(() => new StickyAction(env, 1)).toThrow('below 1');
  });
});

describe('RecordVideo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curlew-video-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('films the episodes of the trigger, as GIF', () => {
    const env = new RecordVideo(new Colored(3), { folder, namePrefix: 'a', size: 8, fps: 10 });
    for (let episode = 0; episode < 9; episode++) {
      env.reset();
      while (!env.step(act(0)).terminated);
    }
    env.close();
    expect(readdirSync(folder).sort()).toEqual(['a-episode-0.gif', 'a-episode-1.gif', 'a-episode-8.gif']);
    expect(readFileSync(join(folder, 'a-episode-8.gif'), 'latin1').slice(0, 6)).toBe('GIF89a');
  });

  test('films in all colours, as animated PNG', () => {
    const env = new RecordVideo(new Colored(3), { folder, namePrefix: 'c', size: 8, format: 'apng' });
    env.reset();
    while (!env.step(act(0)).terminated);
    const bytes = readFileSync(join(folder, 'c-episode-0.png'), 'latin1');
    expect(bytes.slice(1, 4)).toBe('PNG');
    expect(bytes.match(/fcTL/g)).toHaveLength(4);
    const options = { folder, format: 'mp4' as never };
    expect(() => new RecordVideo(new Colored(3), options)).toThrow("format mp4; give 'gif' or 'apng'");
  });

  test('a film ends at its length, or with close', () => {
    const inner = new Colored();
    const env = new RecordVideo(inner, {
      folder,
      namePrefix: 'b',
      size: 8,
      videoLength: 4,
      episodeTrigger: () => true,
    });
    env.reset();
    for (let i = 0; i < 9; i++) env.step(act(0));
    expect(readdirSync(folder)).toContain('b-episode-0.gif');
    env.reset();
    env.step(act(0));
    expect(readdirSync(folder)).not.toContain('b-episode-1.gif');
    env.close();
    expect(readdirSync(folder)).toContain('b-episode-1.gif');
    sound(new RecordVideo(new Colored(9), { folder, size: 4, episodeTrigger: () => false }));
  });
});
