import { drawnOnly, floor, mjcf, motor, paint } from './mjcf.ts';
import { randomizeJoints } from './joints.ts';
import type { ControlTask } from './task.ts';
import { tolerance } from './tolerance.ts';

const TARGET = { z: 4, radius: 0.2 };

const model = mjcf({
  option: 'timestep=".01" integrator="RK4"',
  disable: ['constraint'],
  default: '<joint type="hinge" axis="0 1 0" damping=".05"/>',
  world: `
    <camera name="side" pos="0 -6 2" xyaxes="1 0 0 0 0 1"/>
    ${floor()}
    <geom type="sphere" pos="0 0 ${TARGET.z}" size="${TARGET.radius}" rgba="${paint.target}" ${drawnOnly}/>
    <body name="upper" pos="0 0 2">
      <joint name="shoulder"/>
      <geom type="cylinder" fromto="0 -.06 0 0 .06 0" size=".051" rgba="${paint.decoration}" ${drawnOnly}/>
      <geom type="capsule" fromto="0 0 0 0 0 1" size=".05" mass="1" rgba="${paint.limb}"/>
      <body name="lower" pos="0 0 1">
        <joint name="elbow"/>
        <geom type="capsule" fromto="0 0 0 0 0 1" size=".049" mass="1" rgba="${paint.limb}"/>
        <site name="tip" pos="0 0 1"/>
      </body>
    </body>`,
  actuator: motor('elbow', 2),
});

/** Two links, driven between them only; the tip has to reach the target above. */
export const acrobotSwingup: ControlTask = {
  model,
  subSteps: 1,
  stepSeconds: 0.01,
  stateSize: 6,
  start: randomizeJoints,
  state(physics) {
    const axes = physics.data('xmat');
    const [upper, lower] = [9 * physics.id('BODY', 'upper'), 9 * physics.id('BODY', 'lower')];
    return [axes[upper + 2], axes[lower + 2], axes[upper + 8], axes[lower + 8], ...physics.data('qvel')];
  },
  reward(physics) {
    const [x, y, z] = physics.vector('site_xpos', 'SITE', 'tip');
    const distance = Math.sqrt(x * x + y * y + (z - TARGET.z) * (z - TARGET.z));
    return tolerance(distance, { bounds: [0, TARGET.radius], margin: 1 });
  },
};
