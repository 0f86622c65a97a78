import { afterAll, beforeAll, describe, test } from 'vitest';
import * as control from '../../src/envs/control/index.ts';
import type { ControlTask } from '../../src/envs/control/index.ts';
import { expectClose, vectorCases } from '../vectors.ts';
import type { VectorCase, VectorTensor } from '../vectors.ts';

/** Reference files that have a task here. */
const TASKS: Record<string, ControlTask> = {
  acrobot_swingup: control.acrobotSwingup,
  ball_in_cup_catch: control.ballInCupCatch,
  cheetah_run: control.cheetahRun,
  finger_spin: control.fingerSpin,
  hopper_hop: control.hopperHop,
  walker_walk: control.walkerWalk,
  cartpole_balance: control.cartpoleBalance,
  cartpole_swingup: control.cartpoleSwingup,
  pendulum_swingup: control.pendulumSwingup,
  point_mass_easy: control.pointMassEasy,
  reacher_easy: control.reacherEasy,
};

const row = ({ shape, data }: VectorTensor, i: number) =>
  data.slice(i * shape[1], (i + 1) * shape[1]) as number[];

describe.each(Object.entries(TASKS))('control_%s.json', (name, task) => {
  const file = `control_${name}.json`;
  let physics: control.Physics;
  beforeAll(async () => {
    physics = new control.Physics(await control.loadMujoco(), task.model);
  });
  afterAll(() => physics.close());

  function place(state: { qpos: number[]; qvel: number[]; control?: number[]; target?: number[] }): void {
    physics.reset();
    physics.data('qpos').set(state.qpos);
    physics.data('qvel').set(state.qvel);
    if (state.control) physics.data('ctrl').set(state.control);
    if (state.target) physics.data('mocap_pos').set(state.target);
    physics.forward();
  }

  /** Whether each joint has limits: one that stands beyond its range alone meets a limit, or does not. */
  function limited(): number[] {
    const range = Array.from(physics.model('jnt_range'));
    return Array.from({ length: physics.nv }, (_, joint) => {
      const qpos = Array.from({ length: physics.nv }, (_, i) => (range[2 * i] + range[2 * i + 1]) / 2);
      qpos[joint] = range[2 * joint + 1] + 0.001;
      place({ qpos, qvel: qpos.map(() => 0) });
      return physics.limits;
    });
  }

  const checks: Record<string, (vector: VectorCase, inputs: Record<string, VectorTensor>) => void> = {
    model({ expected, tolerance }, { qpos, qvel }) {
      place({ qpos: qpos.data as number[], qvel: qvel.data as number[] });
      const force = Float64Array.from({ length: physics.nv }, (_, i) => physics.data('qfrc_passive')[i]);
      const bias = Float64Array.from(physics.data('qfrc_bias'));
      const mass = physics.massMatrix();
      physics.data('ctrl').fill(1);
      physics.forward();
      const got: Record<string, ArrayLike<number> | number> = {
        mass_matrix: mass,
        bias_force: bias,
        passive_force: force,
        gear: Array.from({ length: physics.nu }, (_, i) => physics.model('actuator_gear')[6 * i]),
        damping: physics.model('dof_damping').slice(0, physics.nv),
        armature: physics.model('dof_armature'),
        stiffness: physics.model('jnt_stiffness'),
        range: physics.model('jnt_range'),
        frictionloss: physics.model('dof_frictionloss'),
        total_mass: Array.from(physics.model('body_mass')).reduce((sum, mass) => sum + mass, 0),
        actuated_qfrc_at_full_control: Float64Array.from(physics.data('qfrc_actuator')),
        limited: limited(),
      };
      for (const [key, want] of Object.entries(expected)) expectClose(got[key], want, tolerance[key], key);
    },

    reward({ expected, tolerance }, { qpos, qvel, control: controls, target }) {
      const rewards: number[] = [];
      const states: number[] = [];
      // The reference leaves out touch sensors, which come last.
      const width = (expected.observation as VectorTensor).shape[1];
      for (let i = 0; i < qpos.shape[0]; i++) {
        place({
          qpos: row(qpos, i),
          qvel: row(qvel, i),
          control: row(controls, i),
          target: target && row(target, i),
        });
        rewards.push(task.reward(physics));
        states.push(...Array.from(task.state(physics)).slice(0, width));
      }
      expectClose(rewards, expected.reward, tolerance.reward, 'reward');
      expectClose(states, expected.observation, tolerance.observation, 'observation');
    },

    settle({ params, expected, tolerance }, { qpos }) {
      physics.reset();
      physics.forward();
      physics.data('qpos').set(qpos.data as number[]);
      control.settle(physics);
      for (const key of ['qpos', 'qvel']) expectClose(physics.data(key), expected[key], tolerance[key], key);
      place({ qpos: qpos.data as number[], qvel: [] });
      physics.step(params.steps as number);
      for (const key of ['qpos', 'qvel']) {
        const fresh = `${key}_without_stale_first_step`;
        expectClose(physics.data(key), expected[fresh], tolerance[fresh], fresh);
      }
    },

    trajectory({ params, expected, tolerance }, { qpos, qvel, actions, target }) {
      place({
        qpos: qpos.data as number[],
        qvel: qvel.data as number[],
        target: target?.data as number[] | undefined,
      });
      const recorded = params.recorded_steps as number[];
      const got = { qpos: [] as number[], qvel: [] as number[], reward: [] as number[] };
      for (let step = 1; step <= actions.shape[0]; step++) {
        physics.data('ctrl').set(row(actions, step - 1));
        physics.step(task.subSteps);
        got.reward.push(task.reward(physics));
        if (!recorded.includes(step)) continue;
        got.qpos.push(...physics.data('qpos'));
        got.qvel.push(...physics.data('qvel'));
      }
      for (const key of ['qpos', 'qvel', 'reward'] as const) {
        expectClose(got[key], expected[key], tolerance[key], key);
      }
    },
  };

  for (const vector of vectorCases(file)) {
    test(`${file} ${vector.name}`, () => {
      checks[vector.params.kind](vector, vector.inputs as Record<string, VectorTensor>);
    });
  }
});
