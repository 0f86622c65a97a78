import { portable } from '../../base/index.ts';
import { floor, mjcf, motor, paint } from './mjcf.ts';
import { randomizeJoints, untilFree } from './joints.ts';
import type { ControlTask } from './task.ts';

/** rad/s; the spinner turns backwards under the finger's strokes. */
const SPEED = -15;

const joint = (name: string, more: string) => `<joint name="${name}" type="hinge" axis="0 -1 0" ${more}/>`;
const spinnerHalf = (x: number) =>
  `<geom type="capsule" pos="${x} 0 0" size=".04 .09" rgba="${paint.target}"/>`;
const touch = (name: string, x: number) =>
  `<site name="${name}" type="ellipsoid" pos="${x} 0 -.17" size=".025 .03 .025"/>`;

const model = mjcf({
  option: 'timestep=".01" cone="elliptic" iterations="200"',
  disable: ['gravity'],
  default: '<geom solimp="0 .9 .01" solref=".02 1"/>',
  // 58 degrees instead of the suite's 45 show the whole finger also where it points away from the spinner.
  world: `
    <camera name="side" pos="0 -1 .8" xyaxes="1 0 0 0 1 2" fovy="58"/>
    ${floor()}
    <body name="proximal" pos="-.2 0 .4">
      ${joint('proximal', 'limited="true" range="-110 110" ref="-90" damping="2.5"')}
      <geom type="cylinder" fromto="0 -.033 0 0 .033 0" size=".034" rgba="${paint.decoration}"/>
      <geom type="capsule" fromto="0 0 0 0 0 -.17" size=".03" rgba="${paint.limb}"/>
      <body name="distal" pos="0 0 -.18">
        ${joint('distal', 'limited="true" range="-110 110" damping="2.5"')}
        <geom type="capsule" fromto="0 0 0 0 0 -.16" size=".028" contype="0" conaffinity="0" rgba="${paint.limb}"/>
        <geom type="capsule" fromto="0 0 -.13 0 0 -.161" size=".03" rgba="${paint.effector}"/>
        ${touch('touch_top', 0.01)} ${touch('touch_bottom', -0.01)}
      </body>
    </body>
    <body name="spinner" pos=".2 0 .4">
      ${joint('hinge', 'frictionloss=".1" damping=".03"')}
      <geom type="cylinder" fromto="0 -.045 0 0 .045 0" size=".02" rgba="${paint.decoration}"/>
      ${spinnerHalf(0.02)} ${spinnerHalf(-0.02)}
      <site name="tip" pos="0 0 .13"/>
    </body>`,
  actuator: motor('proximal', 30) + motor('distal', 15),
  more: '<sensor><touch name="top" site="touch_top"/><touch name="bottom" site="touch_bottom"/></sensor>',
});

/** A finger with two joints has to keep a free body turning. */
export const fingerSpin: ControlTask = {
  model,
  subSteps: 2,
  stepSeconds: 0.02,
  stateSize: 9,
  start(physics, random) {
    untilFree(physics, () => randomizeJoints(physics, random));
  },
  state(physics) {
    const [x, , z] = physics.vector('xpos', 'BODY', 'spinner');
    const tip = physics.vector('site_xpos', 'SITE', 'tip');
    const [proximal, distal] = physics.data('qpos');
    const touches = ['top', 'bottom'].map((name) => portable.log(1 + physics.sensor(name)[0]));
    return [proximal, distal, tip[0] - x, tip[2] - z, ...physics.data('qvel'), ...touches];
  },
  reward: (physics) => (physics.data('qvel')[2] <= SPEED ? 1 : 0),
};
