import { portable } from '../../base/index.ts';
import { floor, mjcf, motor, paint } from './mjcf.ts';
import { randomizeJoints } from './joints.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';
import { smallControl, tolerance } from './tolerance.ts';

const HEIGHT = 0.6;
/** m/s from which on hopping is worth 1. */
const SPEED = 2;

const joint = (name: string, low: number, high: number) =>
  `<joint name="${name}" limited="true" range="${low} ${high}" damping=".05" armature=".2"/>`;

const model = mjcf({
  option: 'timestep=".005"',
  // One mechanism: there is nothing to be solved apart, and looking for it takes time.
  disable: ['island'],
  default: `<geom type="capsule" rgba="${paint.limb}"/><joint type="hinge" axis="0 1 0"/>`,
  // The suite's camera hangs 0.8 m above the torso and looks level, which puts the hopper at the lower edge of
  // the picture and cuts it off when it lies; here the camera is as high as the torso.
  world: `
    ${floor()}
    <body name="torso" pos="0 0 1">
      <camera name="side" pos="0 -2.8 0" xyaxes="1 0 0 0 0 1" mode="trackcom"/>
      <joint name="rootx" type="slide" axis="1 0 0"/>
      <joint name="rootz" type="slide" axis="0 0 1"/>
      <joint name="rooty"/>
      <geom fromto="0 0 -.05 0 0 .2" size=".0653"/>
      <geom fromto=".08 0 .13 .15 0 .14" size=".03"/>
      <body name="pelvis" pos="0 0 -.05">
        ${joint('waist', -30, 30)}
        <geom fromto="0 0 0 0 0 -.15" size=".065"/>
        <body name="thigh" pos="0 0 -.2">
          ${joint('hip', -170, 10)}
          <geom fromto="0 0 0 0 0 -.33" size=".04"/>
          <body name="calf" pos="0 0 -.33">
            ${joint('knee', 5, 150)}
            <geom fromto="0 0 0 0 0 -.32" size=".03"/>
            <body name="foot" pos="0 0 -.32">
              ${joint('ankle', -45, 45)}
              <geom fromto="-.08 0 0 .17 0 0" size=".04" rgba="${paint.effector}"/>
              <site name="toe" pos=".17 0 0" size=".05"/>
              <site name="heel" pos="-.08 0 0" size=".05"/>
            </body>
          </body>
        </body>
      </body>
    </body>`,
  actuator: motor('waist', 30) + motor('hip', 40) + motor('knee', 30) + motor('ankle', 10),
  more: `
    <sensor>
      <subtreelinvel name="velocity" body="torso"/>
      <touch name="toe" site="toe"/><touch name="heel" site="heel"/>
    </sensor>`,
});

/** 1 while the torso's centre of mass is high enough above the foot's. */
function standing(physics: Physics): number {
  const height = physics.vector('xipos', 'BODY', 'torso')[2] - physics.vector('xipos', 'BODY', 'foot')[2];
  return tolerance(height, { bounds: [HEIGHT, 2] });
}

const common = {
  model,
  subSteps: 4,
  stepSeconds: 0.02,
  stateSize: 15,
  start: randomizeJoints,
  state(physics: Physics) {
    const touches = ['toe', 'heel'].map((name) => portable.log(1 + physics.sensor(name)[0]));
    return [...physics.data('qpos').subarray(1), ...physics.data('qvel'), ...touches];
  },
} satisfies Partial<ControlTask>;

/** A leg with a trunk has to hop forwards. */
export const hopperHop: ControlTask = {
  ...common,
  reward(physics) {
    const bounds = [SPEED, Infinity] as const;
    const [speed] = physics.sensor('velocity');
    const margin = SPEED / 2;
    return standing(physics) * tolerance(speed, { bounds, margin, valueAtMargin: 0.5, shape: 'linear' });
  },
};

/** It has to stand, with small controls. */
export const hopperStand: ControlTask = {
  ...common,
  reward(physics) {
    const controls = Array.from(physics.data('ctrl'), smallControl);
    const gentle = controls.reduce((sum, u) => sum + u, 0) / controls.length;
    return (standing(physics) * (4 + gentle)) / 5;
  },
};
