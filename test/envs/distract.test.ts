import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Distract, checkEnv, listEnvs, make } from '../../src/envs/index.ts';
import type { Env } from '../../src/envs/index.ts';
import { noiseVideo } from '../../src/envs/distract/video.ts';
import { encodePng } from '../../src/runs/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'curlew-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Options = Record<string, unknown>;
const ID = 'control/CheetahRun-Distract-easy-v0';
const off = { color: false, camera: false, background: false };
const picture = (env: Env, seed: number) => env.reset({ seed }).observation;
const cheetah = (options: Options = {}, id = ID) => make(id, { size: 32, ...options });

/** Mean absolute difference of two pictures. */
const difference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / a.length;

/** A folder of frames, each of one colour. */
function frames(name: string, colors: [number, number, number][]): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  colors.forEach((rgb, n) => {
    const data = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => rgb[i % 3]);
    writeFileSync(join(path, `${String(n).padStart(3, '0')}.png`), encodePng({ width: 4, height: 4, data }));
  });
  return path;
}

describe('distracted tasks', () => {
  test('every control task has three levels', () => {
    const ids = listEnvs().map(({ id }) => id);
    const plain = ids.filter((id) => id.startsWith('control/') && !id.includes('-Distract-'));
    for (const id of plain) {
      for (const level of ['easy', 'medium', 'hard']) {
        expect(ids).toContain(id.replace('-v0', `-Distract-${level}-v0`));
      }
    }
  });

  test.each([
    ['control/WalkerWalk-Distract-hard-v0', {}],
    ['control/ReacherEasy-Distract-medium-v0', { dynamic: false }],
    ['control/BallInCupCatch-Distract-easy-v0', { backgrounds: 'test', actionRepeat: 4, frameStack: 2 }],
  ])('%s passes the checker', async (id, options) => {
    expect(checkEnv(await make(id, { size: 24, maxEpisodeSteps: 40, ...options }))).toEqual([]);
  });

  test.each(listEnvs().flatMap(({ id }) => (id.includes('-Distract-') ? [id] : [])))(
    '%s passes the checker at a small size',
    async (id) => {
      expect(checkEnv(await make(id, { size: 12, maxEpisodeSteps: 6 }))).toEqual([]);
    },
  );

  test('physics and rewards stay as they are', async () => {
    const [plain, distracted] = [
      await make('control/CheetahRun-v0', { size: 8 }),
      await cheetah({ size: 8 }),
    ];
    expect(distracted.reset({ seed: 3 }).info.state).toEqual(plain.reset({ seed: 3 }).info.state);
    for (let i = 0; i < 5; i++) {
      const action = plain.actionSpace.sample();
      const [a, b] = [plain.step(action), distracted.step(action)];
      expect([b.info.state, b.reward]).toEqual([a.info.state, a.reward]);
    }
  });

  test('without any distraction the picture is the plain one', async () => {
    const plain = picture(await make('control/CheetahRun-v0', { size: 32 }), 5);
    expect(picture(await cheetah(off), 5)).toEqual(plain);
  });

  test('each distraction alone changes the picture, more at harder levels', async () => {
    const plain = picture(await cheetah(off), 5);
    for (const name of ['color', 'camera', 'background']) {
      expect(difference(picture(await cheetah({ ...off, [name]: true }), 5), plain)).toBeGreaterThan(0.5);
    }
    const colored = async (level: string) => {
      const env = await cheetah({ ...off, color: true }, ID.replace('easy', level));
      const mean = [1, 2, 3, 4, 5, 6].map((seed) => difference(picture(env, seed), plain));
      return mean.reduce((sum, x) => sum + x, 0);
    };
    expect(await colored('hard')).toBeGreaterThan(await colored('easy'));
  });

  test('static distractions stay through an episode, dynamic ones move', async () => {
    for (const dynamic of [false, true]) {
      const env = await cheetah({ dynamic });
      env.reset({ seed: 1 });
      const distract = (env as unknown as { env: Env }).env;
      const scene = () => {
        let inner: unknown = distract;
        while (!(inner instanceof Distract)) inner = (inner as { env: unknown }).env;
        const { camera, sky } = inner.scene(8, 8);
        return { sky, up: camera.up };
      };
      const before = scene();
      env.step(new Float32Array(6));
      if (dynamic) {
        expect(scene().sky).not.toEqual(before.sky);
        expect(scene().up).not.toEqual(before.up);
      } else expect(scene()).toEqual(before);
    }
  });

  test('another episode has other distractions, the same seed the same', async () => {
    const env = await cheetah();
    const first = picture(env, 5);
    expect(difference(picture(env, 6), first)).toBeGreaterThan(1);
    expect(picture(env, 5)).toEqual(first);
  });
});

describe('backgrounds', () => {
  test('train and test share no video, and videos move', () => {
    const first = (set: 'train' | 'test', n: number) => noiseVideo(set, n).frame(0, 24, 24).data;
    const all = [0, 1, 2, 3].flatMap((n) => [first('train', n), first('test', n)]);
    for (const [i, a] of all.entries())
      for (const b of all.slice(0, i)) expect(difference(a, b)).toBeGreaterThan(5);
    const video = noiseVideo('train', 0);
    expect(difference(video.frame(0, 24, 24).data, video.frame(20, 24, 24).data)).toBeGreaterThan(3);
  });

  test('a folder of frames runs back and forth', async () => {
    const backgroundFolder = frames('one', [
      [200, 0, 0],
      [0, 200, 0],
      [0, 0, 200],
    ]);
    const env = await cheetah({ ...off, background: true, backgroundFolder });
    const shown: number[] = [];
    env.reset({ seed: 1 });
    for (let i = 0; i < 9; i++) {
      const { observation } = env.step(new Float32Array(6));
      shown.push([0, 1, 2].findIndex((k) => observation[k] === 200));
    }
    const text = shown.join('');
    expect('012101210121'.includes(text.slice(0, 4)) || '210121012101'.includes(text.slice(0, 4))).toBe(true);
    expect(new Set(shown)).toEqual(new Set([0, 1, 2]));
  });

  test('subfolders are videos; a folder without frames is refused', async () => {
    frames('many/a', [[10, 20, 30]]);
    frames('many/b', [[90, 80, 70]]);
    const env = await cheetah({ ...off, background: true, backgroundFolder: join(folder, 'many') });
    const corners = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => picture(env, seed)[0]));
    expect(corners).toEqual(new Set([10, 90]));
    await expect(cheetah({ backgroundFolder: join(folder, 'none') })).rejects.toThrow('cannot be read');
    mkdirSync(join(folder, 'empty'));
    await expect(cheetah({ backgroundFolder: join(folder, 'empty') })).rejects.toThrow('no PNG files');
  });
});
