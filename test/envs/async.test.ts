import { MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InputError, RunError } from '../../src/base/index.ts';
import { AsyncVectorEnv, makeVec } from '../../src/envs/index.ts';
import type { AutoresetMode, VectorStepResult } from '../../src/envs/index.ts';

const FAULTY = './test/envs/external/faulty.ts#Faulty';
const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((envs) => envs.close())));

async function pool(
  id: string,
  options: { numEnvs: number; autoreset?: AutoresetMode; [option: string]: unknown },
) {
  const envs = await makeVec(id, { ...options, vectorization: 'async' });
  open.push(envs);
  return envs;
}

const act = (...numbers: number[]) => numbers.map((x) => Float32Array.of(x));

describe('AsyncVectorEnv', () => {
  test.each<AutoresetMode>(['next-step', 'same-step'])(
    '%s: steps as SyncVectorEnv does',
    async (autoreset) => {
      const options = { numEnvs: 3, size: 16, actionRepeat: 2, maxEpisodeSteps: 10, autoreset, workers: 2 };
      const sync = await makeVec('arcade/Breakout-v0', options);
      const envs = await pool('arcade/Breakout-v0', options);
      expect(String(envs.singleObservationSpace)).toBe(String(sync.singleObservationSpace));
      expect(await envs.reset({ seed: 5 })).toEqual(sync.reset({ seed: 5 }));
      for (let i = 0; i < 14; i++) {
        const actions = [i % 3, 1, 2];
        expect(await envs.step(actions)).toEqual(sync.step(actions));
      }
      expect(await envs.reset({ mask: [false, true, false] })).toEqual(
        sync.reset({ mask: [false, true, false] }),
      );
      expect(await envs.reset({ seed: [9, 8, 7] })).toEqual(sync.reset({ seed: [9, 8, 7] }));
    },
  );

  test('disabled: a step after the end is refused, and the pool goes on', async () => {
    const envs = await pool(FAULTY, { numEnvs: 2, observation: 'state', autoreset: 'disabled', workers: 1 });
    await envs.reset({ seed: 1 });
    let last: VectorStepResult<Uint8Array> | null = null;
    for (let i = 0; i < 4; i++) last = await envs.step(act(1, 0.5));
    expect(last!.terminated).toEqual([true, true]);
    await expect(envs.step(act(1, 1))).rejects.toThrow('after the end of an episode');
    await envs.reset();
    expect((await envs.step(act(1, 0.5))).rewards).toEqual(Float64Array.of(1, 0.5));
  });

  test('pictures of several frames, infos and final observations are those of SyncVectorEnv', async () => {
    const options = {
      numEnvs: 3,
      size: 20,
      frameStack: 3,
      maxEpisodeSteps: 4,
      autoreset: 'same-step' as const,
    };
    const id = 'control/BallInCupCatch-v0';
    const sync = await makeVec(id, options);
    const envs = await pool(id, { ...options, workers: 2 });
    expect(await envs.reset({ seed: 3 })).toEqual(sync.reset({ seed: 3 }));
    sync.singleActionSpace.seed(1);
    for (let i = 0; i < 6; i++) {
      const actions = [0, 1, 2].map(() => sync.singleActionSpace.sample());
      const [got, want] = [await envs.step(actions), sync.step(actions)];
      expect(got).toEqual(want);
      expect('final_obs' in got.infos[2]).toBe(i === 3);
    }
  });

  test('without copies a result holds until the call after the next one', async () => {
    const envs = await pool('arcade/Pong-v0', { numEnvs: 2, size: 12, workers: 1, copy: false });
    const sync = await makeVec('arcade/Pong-v0', { numEnvs: 2, size: 12 });
    let before = (await envs.reset({ seed: 1 })).observations;
    let copied = sync.reset({ seed: 1 }).observations;
    for (let i = 0; i < 10; i++) {
      const { observations } = await envs.step([1, 2]);
      expect(before).toEqual(copied);
      before = observations;
      copied = sync.step([1, 2]).observations;
      expect(before).toEqual(copied);
    }
    expect(before.buffer).toBeInstanceOf(SharedArrayBuffer);
    // A masked reset leaves the others' pictures in the half that it writes to.
    const mask = [false, true];
    expect((await envs.reset({ mask })).observations).toEqual(sync.reset({ mask }).observations);
  });

  test('a step needs no message', async () => {
    const envs = await pool('arcade/Breakout-v0', { numEnvs: 4, size: 12, workers: 1 });
    await envs.reset({ seed: 1 });
    // The first step tells the reader how infos look.
    await envs.step([0, 0, 0, 0]);
    const sent = vi.spyOn(MessagePort.prototype, 'postMessage');
    const { infos } = await envs.step([1, 1, 1, 1]);
    expect(sent).not.toHaveBeenCalled();
    await envs.reset({ mask: [true, false, false, false] });
    expect(sent).toHaveBeenCalledOnce();
    sent.mockRestore();
    expect(infos[3]).toMatchObject({ score: 0, lives: 1 });
  });

  test('what was given out stays as it was', async () => {
    const envs = await pool('arcade/Pong-v0', { numEnvs: 2, size: 12, workers: 1 });
    const { observations } = await envs.reset({ seed: 1 });
    const kept = observations.slice();
    for (let i = 0; i < 20; i++) await envs.step([1, 2]);
    expect(observations).toEqual(kept);
  });

  test.each([
    [
      'throws',
      10,
      'Environment 2 of ./test/envs/external/faulty.ts#Faulty (seed 12) crashed: the wheel came off',
    ],
    [
      'takes its thread down',
      21,
      'Environment 1 of ./test/envs/external/faulty.ts#Faulty (seed 22) crashed: its thread',
    ],
  ])('an environment that %s is named with its seed, and the pool closes', async (_, seed, message) => {
    const envs = await pool(FAULTY, { numEnvs: 3, observation: 'state', workers: 2 });
    await envs.reset({ seed });
    for (let i = 0; i < 2; i++) await envs.step(act(1, 1, 1));
    const error: unknown = await envs.step(act(1, 1, 1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
    await expect(envs.step(act(1, 1, 1))).rejects.toThrow('is closed');
  });

  test('stepAsync and stepWait make one step, and refuse to be called out of turn', async () => {
    const options = { numEnvs: 2, size: 8, workers: 1 };
    const [envs, same] = [await pool('arcade/Pong-v0', options), await pool('arcade/Pong-v0', options)];
    await Promise.all([envs.reset({ seed: 1 }), same.reset({ seed: 1 })]);
    await expect(envs.stepWait()).rejects.toThrow('no step was begun');
    envs.stepAsync([1, 2]);
    expect(() => envs.stepAsync([1, 2])).toThrow('await that first');
    expect(await envs.stepWait()).toEqual(await same.step([1, 2]));
    await expect(envs.stepWait()).rejects.toThrow('no step was begun');
    envs.stepAsync([0, 7]);
    await expect(envs.stepWait()).rejects.toThrow('The action 7 is not in');
  });

  test('the event loop has its turn while step follows step', async () => {
    const envs = await pool('arcade/Pong-v0', { numEnvs: 2, size: 8, workers: 1 });
    await envs.reset({ seed: 1 });
    let fired = false;
    setTimeout(() => (fired = true), 1);
    const start = performance.now();
    while (!fired && performance.now() - start < 5000) await envs.step([0, 0]);
    expect(fired).toBe(true);
  });

  test('refuses what cannot work', async () => {
    const async = (options: Record<string, unknown>) =>
      AsyncVectorEnv.create('arcade/Pong-v0', { numEnvs: 1 }, options);
    await expect(async({ siez: 3 })).rejects.toThrow('did you mean size');
    await expect(AsyncVectorEnv.create('arcade/Pong-v0', { numEnvs: 0 })).rejects.toThrow(InputError);
    await expect(makeVec('arcade/Pong-v0', { numEnvs: 1, vectorization: 'both' as 'sync' })).rejects.toThrow(
      "'sync'",
    );
    const envs = await pool('arcade/Pong-v0', { numEnvs: 2, size: 8, workers: 1 });
    await expect(envs.step([0])).rejects.toThrow('got 1 actions');
    await expect(envs.step([0, 0])).rejects.toThrow('before the first reset');
    const first = envs.reset({ seed: 1 });
    await expect(envs.step([0, 0])).rejects.toThrow('await that first');
    await first;
    await expect(envs.step([0, 7])).rejects.toThrow('The action 7 is not in the action space Discrete(3)');
    await expect(envs.step([0, 'up' as unknown as number])).rejects.toThrow('The action up is not in');
    await expect(envs.step([0, 0])).resolves.toMatchObject({ rewards: Float64Array.of(0, 0) });
    await envs.close();
    await envs.close();
    await expect(envs.reset()).rejects.toThrow('is closed');
  });
});
