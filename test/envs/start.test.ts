import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { make } from '../../src/envs/index.ts';
import * as control from '../../src/envs/control/index.ts';
import type { ControlTask } from '../../src/envs/control/index.ts';

interface Start {
  qpos: Float64Array;
  qvel: Float64Array;
  target: [number, number];
  contacts: number;
}

/** Initial states of a task, as drawn. */
async function starts(task: ControlTask, n = 200): Promise<Start[]> {
  const physics = new control.Physics(await control.loadMujoco(), task.model);
  const random = Random.stream(1, 'starts');
  const drawn = Array.from({ length: n }, () => {
    physics.reset();
    task.start(physics, random);
    physics.forward();
    const [x, y] = physics.data('mocap_pos');
    const { contacts } = physics;
    return {
      qpos: physics.data('qpos').slice(),
      qvel: physics.data('qvel').slice(),
      target: [x, y],
      contacts,
    };
  });
  physics.close();
  return drawn as Start[];
}

/** That numbers fill an interval: none outside, some near both ends. */
function fills(numbers: number[], low: number, high: number): void {
  const edge = (high - low) / 10;
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(low);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(high);
  expect(Math.min(...numbers)).toBeLessThan(low + edge);
  expect(Math.max(...numbers)).toBeGreaterThan(high - edge);
}

/** That numbers look normal with this mean and standard deviation (n = 200: within five standard errors). */
function normal(numbers: number[], mean: number, deviation: number): void {
  const got = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const spread = Math.sqrt(numbers.reduce((sum, x) => sum + (x - got) ** 2, 0) / numbers.length);
  expect(Math.abs(got - mean)).toBeLessThan((5 * deviation) / Math.sqrt(numbers.length));
  expect(Math.abs(spread - deviation)).toBeLessThan((5 * deviation) / Math.sqrt(2 * numbers.length));
}

const column = (drawn: Start[], field: 'qpos' | 'qvel', i: number) => drawn.map((start) => start[field][i]);
const degrees = Math.PI / 180;

describe('initial states', () => {
  test('cart-pole swing-up hangs, balance stands', async () => {
    const swingup = await starts(control.cartpoleSwingup);
    normal(column(swingup, 'qpos', 0), 0, 0.01);
    normal(column(swingup, 'qpos', 1), Math.PI, 0.01);
    for (const i of [0, 1]) normal(column(swingup, 'qvel', i), 0, 0.01);
    const balance = await starts(control.cartpoleBalance);
    fills(column(balance, 'qpos', 0), -0.1, 0.1);
    fills(column(balance, 'qpos', 1), -0.034, 0.034);
    for (const i of [0, 1]) normal(column(balance, 'qvel', i), 0, 0.01);
  });

  test('pendulum, acrobot and point mass fill their ranges, at rest', async () => {
    const pendulum = await starts(control.pendulumSwingup);
    fills(column(pendulum, 'qpos', 0), -Math.PI, Math.PI);
    const acrobot = await starts(control.acrobotSwingup);
    for (const i of [0, 1]) fills(column(acrobot, 'qpos', i), -Math.PI, Math.PI);
    const mass = await starts(control.pointMassEasy);
    for (const i of [0, 1]) fills(column(mass, 'qpos', i), -0.29, 0.29);
    for (const start of [...pendulum, ...acrobot, ...mass])
      expect(start.qvel.every((v) => v === 0)).toBe(true);
  });

  test('the reacher draws both joints, and a target on a ring', async () => {
    const drawn = await starts(control.reacherEasy);
    fills(column(drawn, 'qpos', 0), -Math.PI, Math.PI);
    fills(column(drawn, 'qpos', 1), -160 * degrees, 160 * degrees);
    const targets = drawn.map(({ target }) => target);
    fills(
      targets.map(([x, y]) => Math.hypot(x, y)),
      0.05 - 1e-12,
      0.2 + 1e-12,
    );
    for (const axis of [0, 1])
      fills(
        targets.map((target) => target[axis] / Math.hypot(...target)),
        -1,
        1,
      );
  });

  test('ball and finger start without touching anything', async () => {
    const cup = await starts(control.ballInCupCatch);
    fills(column(cup, 'qpos', 2), -0.2, 0.2);
    fills(column(cup, 'qpos', 3), 0.2, 0.5);
    const finger = await starts(control.fingerSpin);
    for (const i of [0, 1]) fills(column(finger, 'qpos', i), -110 * degrees, 110 * degrees);
    fills(column(finger, 'qpos', 2), -Math.PI, Math.PI);
    for (const { contacts } of [...cup, ...finger]) expect(contacts).toBe(0);
  });

  test('walker and hopper start in any pose, the cheetah settled on its feet', async () => {
    const walker = await starts(control.walkerWalk);
    fills(column(walker, 'qpos', 2), -Math.PI, Math.PI);
    fills(column(walker, 'qpos', 4), -150 * degrees, 0);
    expect(new Set(walker.map(({ qpos }) => `${qpos[0]},${qpos[1]}`))).toEqual(new Set(['0,0']));
    const hopper = await starts(control.hopperHop);
    fills(column(hopper, 'qpos', 2), -Math.PI, Math.PI);
    fills(column(hopper, 'qpos', 5), 5 * degrees, 150 * degrees);
    const cheetah = await starts(control.cheetahRun, 20);
    for (const { qvel, contacts } of cheetah) {
      expect(contacts).toBeGreaterThan(0);
      expect(Math.max(...qvel.map(Math.abs))).toBeLessThan(2);
    }
  });
});

describe('the same bits everywhere', () => {
  // Recorded once. Physics, generators and our own mathematics give these on every machine and Node version; a
  // change means that seeds no longer reproduce older runs.
  test.each([
    ['control/CartpoleSwingup-v0', 'd0852d8ca302a53d'],
    ['control/ReacherEasy-v0', '02280eeca72aa5f7'],
    ['control/WalkerWalk-v0', 'ddd8d47532763741'],
  ])('%s', async (id, recorded) => {
    const env = await make(id, { observation: 'state', actionRepeat: 4 });
    env.actionSpace.seed(2);
    const hash = createHash('sha256').update(env.reset({ seed: 3 }).info.state!);
    for (let i = 0; i < 40; i++) {
      const { info, reward } = env.step(env.actionSpace.sample());
      hash.update(info.state!).update(Float64Array.of(reward));
    }
    env.close();
    expect(hash.digest('hex').slice(0, 16)).toBe(recorded);
  });
});

describe('physics', () => {
  let physics: control.Physics;
  beforeAll(async () => {
    physics = new control.Physics(await control.loadMujoco(), control.hopperHop.model);
  });
  afterAll(() => physics.close());

  test('names what a model lacks', () => {
    expect(() => physics.id('JOINT', 'elbow')).toThrow('The model has no joint called elbow');
  });

  test('refuses a broken model in one line', async () => {
    const mujoco = await control.loadMujoco();
    expect(() => new control.Physics(mujoco, '<mujoco><nonsense/></mujoco>')).toThrow('refused the model');
  });

  test('a saved state keeps touch sensors, which the state alone cannot give', () => {
    physics.reset();
    physics.data('qpos')[1] = -0.2;
    physics.step(200);
    const touch = [...physics.sensor('toe'), ...physics.sensor('heel')];
    expect(Math.max(...touch)).toBeGreaterThan(0);
    const saved = physics.state();
    physics.reset();
    physics.forward();
    physics.restore(saved);
    expect([...physics.sensor('toe'), ...physics.sensor('heel')]).toEqual(touch);
    expect(physics.state()).toEqual(saved);
  });
});
