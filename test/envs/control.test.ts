import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Box, ControlEnv, checkEnv, listEnvs, make } from '../../src/envs/index.ts';
import type { Env } from '../../src/envs/index.ts';

const ids = listEnvs()
  .map(({ id }) => id)
  .filter((id) => id.startsWith('control/') && !id.includes('-Distract-'));

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Random actions from a seed. */
function actionsOf(env: Env, seed: number, n: number): Float32Array[] {
  env.actionSpace.seed(seed);
  return Array.from({ length: n }, () => env.actionSpace.sample() as Float32Array);
}

describe.each(ids)('%s', (id) => {
  test('passes the checker, as pixels and as state', async () => {
    const pixels = await make(id, { size: 24, actionRepeat: 4, frameStack: 3, maxEpisodeSteps: 40 });
    expect(checkEnv(pixels)).toEqual([]);
    expect(checkEnv(await make(id, { observation: 'state', maxEpisodeSteps: 20 }))).toEqual([]);
  });

  test('seeds decide everything: same seed same pixels, other seed other pixels', async () => {
    const options = { size: 32, actionRepeat: 4, frameStack: 3 };
    const [one, two] = [await make(id, options), await make(id, options)];
    const actions = actionsOf(one, 5, 10);
    const episode = (env: Env, seed: number) => {
      const first = env.reset({ seed }).observation;
      return [hash(first), ...actions.map((action) => hash(env.step(action).observation))];
    };
    const seen = episode(one, 11);
    expect(episode(two, 11)).toEqual(seen);
    expect(episode(two, 12)[0]).not.toBe(seen[0]);
    expect(new Set(seen).size).toBeGreaterThan(1);
    one.close();
    two.close();
  });

  test('goes on from a saved state as if never interrupted, also in another process-fresh copy', async () => {
    const options = { size: 16, actionRepeat: 2, frameStack: 2 };
    const env = await make(id, options);
    const actions = actionsOf(env, 6, 30);
    env.reset({ seed: 4 });
    for (const action of actions) env.step(action);
    const saved = JSON.stringify(env.state!());
    const future = (from: Env) => {
      const steps = actions.map((action) => from.step(action));
      const next = from.reset();
      return [...steps.map(({ info, ...rest }) => ({ ...rest, state: info.state })), next];
    };
    const expected = future(env);
    const copy = await make(id, options);
    copy.restore!(JSON.parse(saved));
    expect(future(copy)).toEqual(expected);
    env.close();
    copy.close();
  });

  test('rewards lie in [0, 1], and episodes are truncated after 1,000 environment steps', async () => {
    const env = await make(id, { observation: 'state', actionRepeat: 50 });
    env.reset({ seed: 1 });
    for (const [i, action] of actionsOf(env as never, 2, 20).entries()) {
      const { reward, terminated, truncated } = env.step(action);
      expect(reward).toBeGreaterThanOrEqual(0);
      expect(reward).toBeLessThanOrEqual(50);
      expect(terminated).toBe(false);
      expect(truncated).toBe(i === 19);
    }
    env.close();
  });
});

describe('sparse cart-poles', () => {
  test.each([
    [0, 0, 1],
    [0.25, 0, 1],
    [0.26, 0, 0],
    [-0.2, 0.09, 1],
    [0, 0.11, 0],
    [0, Math.PI, 0],
  ])('cart at %f, pole at %f rad: reward %i', async (x, angle, reward) => {
    for (const id of ['control/CartpoleBalanceSparse-v0', 'control/CartpoleSwingupSparse-v0']) {
      const env = await make(id, { observation: 'state' });
      env.reset({ seed: 1 });
      const { physics } = env.unwrapped as unknown as ControlEnv;
      physics.data('qpos').set([x, angle]);
      physics.data('qvel').set([0, 0]);
      // One step of 0.01 s from rest moves the pole by less than 0.001 rad.
      expect(env.step(Float32Array.of(0)).reward).toBe(reward);
      env.close();
    }
  });
});

describe('spaces and pictures', () => {
  test('a cart-pole as the training loop makes it', async () => {
    const env = await make('control/CartpoleSwingup-v0', { size: 84, actionRepeat: 8, frameStack: 3 });
    expect(env.observationSpace.shape).toEqual([84, 84, 9]);
    expect(env.observationSpace.dtype).toBe('uint8');
    expect(env.actionSpace).toBeInstanceOf(Box);
    expect(String(env.actionSpace)).toBe('Box(-1 to 1, [1], float32)');
    const { observation, info } = env.reset({ seed: 1 });
    expect(observation).toHaveLength(84 * 84 * 9);
    expect(info.state).toHaveLength(5);
    let steps = 0;
    for (let done = false; !done; steps++) done = env.step(Float32Array.of(0)).truncated;
    expect(steps).toBe(125);
    env.close();
  });

  test('many environments at once do not disturb one another when the shared memory grows', async () => {
    const alone = await make('control/ReacherEasy-v0', { observation: 'state' });
    const actions = actionsOf(alone as never, 3, 20);
    alone.reset({ seed: 9 });
    const expected = actions.map((action) => alone.step(action).observation);
    const watched = await make('control/ReacherEasy-v0', { observation: 'state' });
    watched.reset({ seed: 9 });
    const crowd: Env<Float32Array>[] = [];
    for (const [i, action] of actions.entries()) {
      expect(watched.step(action).observation).toEqual(expected[i]);
      for (let n = 0; n < 4; n++)
        crowd.push(await make('control/CartpoleBalance-v0', { observation: 'state' }));
    }
    for (const env of [alone, watched, ...crowd]) env.close();
  });

  /** Number of pixels that differ between two pictures of a bare task, posed by hand. */
  async function changedPixels(id: string, size: number, pose: (env: ControlEnv, which: 0 | 1) => void) {
    const env = (await make(id, { size })).unwrapped as unknown as ControlEnv;
    const pictures = ([0, 1] as const).map((which) => {
      env.physics.reset();
      pose(env, which);
      env.physics.forward();
      return env.render({ width: size, height: size }).data;
    });
    env.close();
    let changed = 0;
    for (let i = 0; i < pictures[0].length; i += 3) {
      const difference = [0, 1, 2].map((c) => Math.abs(pictures[0][i + c] - pictures[1][i + c]));
      if (Math.max(...difference) > 24) changed += 1;
    }
    return changed;
  }

  test('the cart is in the picture at both ends of its rail', async () => {
    for (const end of [-1, 1]) {
      const changed = await changedPixels('control/CartpoleSwingup-v0', 48, (env, which) => {
        env.physics.data('qpos').set([end * (1.8 - 0.1 * which), Math.PI]);
      });
      expect(changed).toBeGreaterThan(8);
    }
  });

  test.each([
    ['control/ReacherEasy-v0', 20],
    ['control/ReacherHard-v0', 6],
  ])('the target of %s shows at 48 pixels', async (id, pixels) => {
    const changed = await changedPixels(id, 48, (env, which) => {
      env.physics.data('mocap_pos').set([-0.15, which ? 0.1 : -0.1]);
    });
    expect(changed).toBeGreaterThan(pixels);
  });

  test('the point mass shows beside its target at 48 pixels', async () => {
    const changed = await changedPixels('control/PointMassEasy-v0', 48, (env, which) => {
      env.physics.data('qpos').set(which ? [0, 0] : [0.1, 0]);
    });
    expect(changed).toBeGreaterThan(6);
  });
});
