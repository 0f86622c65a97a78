import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InputError } from '../../src/base/index.ts';
import { listEnvs, make, register } from '../../src/envs/index.ts';
import { CounterEnv } from './counter.ts';

let made: Record<string, unknown> = {};
register({
  id: 'test/Counter-v3',
  description: 'counts its steps',
  maxEpisodeSteps: 20,
  options: z.strictObject({ end: z.int().positive().default(50).describe('steps until the task ends') }),
  create: (options) => {
    made = options;
    return new CounterEnv(options.end as number);
  },
});

describe('make', () => {
  test('wraps in the documented order', async () => {
    const env = await make('test/Counter-v3', { size: 6, actionRepeat: 8, frameStack: 2 });
    expect(env.observationSpace.shape).toEqual([6, 6, 6]);
    expect(env.unwrapped).toBeInstanceOf(CounterEnv);
    const action = Float32Array.of(1);
    expect(() => env.step(action)).toThrow('before the first reset()');
    env.reset({ seed: 1 });
    expect(() => env.step(Float32Array.of(7))).toThrow('not in the action space');
    const steps = [1, 2, 3].map(() => env.step(action));
    expect(steps.map(({ reward }) => reward)).toEqual([8, 8, 4]);
    expect(steps.map(({ truncated }) => truncated)).toEqual([false, false, true]);
    expect(Array.from(steps[2].observation.slice(0, 6))).toEqual([16, 16, 16, 20, 20, 20]);
    expect((env.unwrapped as CounterEnv).drawn).toBe(4);
    expect(() => env.step(action)).toThrow('after the end of an episode');
  });

  test('the spec tells id and resolved options', async () => {
    const env = await make('test/Counter-v3', { actionRepeat: 2, end: 5 });
    expect(env.spec).toEqual({
      id: 'test/Counter-v3',
      description: 'counts its steps',
      maxEpisodeSteps: 20,
      options: { observation: 'pixels', size: 84, grey: false, actionRepeat: 2, frameStack: 1, end: 5 },
    });
    expect(made).toEqual({ end: 5 });
  });

  test('maxEpisodeSteps replaces the limit, and -1 lifts it', async () => {
    const short = await make('test/Counter-v3', { size: 4, maxEpisodeSteps: 2 });
    short.reset();
    expect([1, 2].map(() => short.step(Float32Array.of(0)).truncated)).toEqual([false, true]);
    const endless = await make('test/Counter-v3', { size: 4, maxEpisodeSteps: -1 });
    expect(endless.spec!.maxEpisodeSteps).toBeUndefined();
    endless.reset();
    for (let i = 0; i < 49; i++) expect(endless.step(Float32Array.of(0)).truncated).toBe(false);
    expect(endless.step(Float32Array.of(0))).toMatchObject({ terminated: true, truncated: false });
  });

  test.each([
    ['test/Countre-v3', {}, 'There is no environment test/Countre-v3: did you mean test/Counter-v3?'],
    ['test/Counter-v2', {}, 'did you mean test/Counter-v3?'],
    [
      'test/Counter-v3',
      { frameSkip: 2 },
      'test/Counter-v3 has no option frameSkip: did you mean frameStack?',
    ],
    ['test/Counter-v3', { ned: 2 }, 'has no option ned: did you mean end?'],
    ['test/Counter-v3', { size: 0 }, 'The option size of test/Counter-v3 does not work'],
    ['test/Counter-v3', { end: 'late' }, 'The option end of test/Counter-v3 does not work'],
    [
      'test/Counter-v3',
      { maxEpisodeSteps: 0 },
      'The option maxEpisodeSteps of test/Counter-v3 does not work',
    ],
    ['test/Counter-v3', { actionRepeat: 1.5 }, 'The option actionRepeat of test/Counter-v3 does not work'],
  ])('refuses %s with %o in one line', async (id, options, message) => {
    const error = await make(id, options as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('register', () => {
  const create = () => new CounterEnv();
  test.each(['Counter', 'Counter-1', 'a/b/Counter-v0', 'test/-v', ''])('refuses the id "%s"', (id) => {
    expect(() => register({ id, description: '', create })).toThrow('[namespace/]Name-vN');
  });

  test('refuses an id that is taken, and option names of make', () => {
    expect(() => register({ id: 'test/Counter-v3', description: '', create })).toThrow('already registered');
    const options = z.strictObject({ size: z.int() });
    expect(() => register({ id: 'test/Other-v0', description: '', options, create })).toThrow('make() uses');
  });
});

describe('listEnvs', () => {
  test('describes ids and options, with defaults', () => {
    const counter = listEnvs().find(({ id }) => id === 'test/Counter-v3')!;
    expect(counter).toMatchObject({ description: 'counts its steps', maxEpisodeSteps: 20 });
    expect(counter.options[0]).toEqual({
      name: 'end',
      description: 'steps until the task ends',
      default: 50,
    });
    const names = ['end', 'observation', 'size', 'grey', 'actionRepeat', 'frameStack', 'maxEpisodeSteps'];
    expect(counter.options.map(({ name }) => name)).toEqual(names);
    expect(counter.options.every(({ description }) => description.length > 0)).toBe(true);
  });
});
