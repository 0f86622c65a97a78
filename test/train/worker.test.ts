import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SyncVectorEnv, makeVec } from '../../src/envs/index.ts';
import { actionCodec } from '../../src/train/index.ts';
import { Interaction, type InteractionState } from '../../src/train/interaction.ts';
import type { WorkerEnv } from '../../src/train/worker-env.ts';
import { WorkerInteraction } from '../../src/train/worker-interaction.ts';
import { make } from '../../src/envs/index.ts';
import type { PixelEnv } from '../../src/train/index.ts';
import { LineEnv, type FakeParts } from './fakes.ts';
import { session, smallExperiment } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-worker-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const later = <T>(make: () => T) => new Promise<T>((resolve) => setImmediate(() => resolve(make())));

/** An environment whose answers come later, as a worker's do. */
function slowly(saves: boolean): WorkerEnv {
  const envs = new SyncVectorEnv<Uint8Array, Float32Array | number>([new LineEnv(saves)], {
    autoreset: 'disabled',
  });
  return {
    reset: (options) => later(() => envs.reset(options)),
    step: (actions) => later(() => envs.step(actions)),
    states: () => later(() => envs.states()),
    restore: (saved) => later(() => envs.restore(saved)),
    close: () => later(() => envs.close()),
  };
}

const onWorker =
  (saves: boolean) =>
  ({ parts }: { parts: FakeParts }) => {
    parts.worker = slowly(saves);
  };

test.each([true, false])(
  'a run gives the same numbers with the environment on a worker (saving: %s)',
  async (saves) => {
    const inline = await session(join(folder, 'inline'), smallExperiment(), { saves });
    const worker = await session(join(folder, 'worker'), smallExperiment(), {
      saves,
      prepare: onWorker(saves),
    });
    expect(worker.recorder.values).toEqual(inline.recorder.values);
    expect(worker.parts.env.calls.step).toBe(0);
  },
);

test.each([true, false])('and when it is cut and goes on (saving: %s)', async (saves) => {
  const whole = await session(join(folder, 'whole'), smallExperiment(), { saves });
  const place = join(folder, 'cut');
  const first = await session(place, smallExperiment(), {
    saves,
    prepare: ({ parts, recorder, stop }) => {
      onWorker(saves)({ parts });
      recorder.onLine = ({ agentStep }) => agentStep >= 31 && stop();
    },
  });
  expect(first.state).toBe('interrupted');
  const second = await session(place, smallExperiment(), { saves, prepare: onWorker(saves) });
  const cut = first.training.agentStep;
  expect(second.recorder.values).toEqual(whole.recorder.values.filter(({ agentStep }) => agentStep > cut));
});

test('a failing step is thrown, not the update that went on beside it', async () => {
  const broken: WorkerEnv = { ...slowly(true), step: () => Promise.reject(new Error('broken')) };
  const run = session(folder, smallExperiment(), {
    prepare: ({ parts }) => {
      parts.worker = broken;
    },
  });
  await expect(run).rejects.toThrow('broken');
});

test('a real worker thread steps and restores as the environment in this thread does', async () => {
  const id = 'control/CartpoleSwingup-v0';
  const options = { size: 24, frameStack: 2, actionRepeat: 4, maxEpisodeSteps: 20 };
  const env = (await make(id, { ...options, observation: 'pixels' })) as unknown as PixelEnv;
  const worker = await makeVec(id, { ...options, numEnvs: 1, vectorization: 'async', autoreset: 'disabled' });
  const codec = actionCodec(env.actionSpace);
  const here = new Interaction(env, codec, 1);
  const there = new WorkerInteraction(worker, codec, 1);
  const action = (k: number) => Float32Array.of(((7 * k) % 5) / 2 - 1);
  let saved: { state: InteractionState; observation: Uint8Array } | null = null;
  const play = async (from: number, to: number) => {
    const seen = [];
    for (let k = from; k < to; k++) {
      if (there.observation === null) expect(await there.begin()).toEqual(here.begin());
      const [a, b] = [await there.step(action(k)), here.step(action(k))];
      expect(a).toEqual(b);
      seen.push(a.reward);
      if (k === 3) saved = { state: await there.state(), observation: there.observation! };
    }
    return seen;
  };
  const rewards = await play(0, 14);
  const { state, observation } = saved!;
  const again = new WorkerInteraction(worker, codec, 1);
  again.restore(state, observation);
  expect((await again.step(action(4))).reward).toBe(rewards[4]);
  await again.close();
  env.close();
});
