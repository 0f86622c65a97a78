import { portable } from '../../base/index.ts';
import { drawnOnly, floor, mjcf, motor, paint } from './mjcf.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';

const UPRIGHT = portable.cos((8 * Math.PI) / 180);

const model = mjcf({
  option: 'timestep=".02"',
  disable: ['contact'],
  world: `
    <camera name="side" pos="0 -1.5 2" xyaxes="1 0 0 0 1 1"/>
    ${floor()}
    <body name="pole" pos="0 0 .6">
      <joint name="hinge" type="hinge" axis="0 1 0" damping=".1"/>
      <geom type="cylinder" fromto="0 -.03 0 0 .03 0" size=".021" rgba="${paint.decoration}" ${drawnOnly}/>
      <geom type="capsule" fromto="0 0 0 0 0 .5" size=".02" rgba="${paint.limb}" ${drawnOnly}/>
      <geom type="sphere" pos="0 0 .5" size=".05" mass="1" rgba="${paint.effector}"/>
    </body>`,
  actuator: motor('hinge', 1),
});

/** Cosine and sine of the angle from upright: where the pole's own z axis points. */
function pole(physics: Physics): { cosine: number; sine: number } {
  const axes = physics.data('xmat');
  const at = 9 * physics.id('BODY', 'pole');
  return { cosine: axes[at + 8], sine: axes[at + 2] };
}

/** A pendulum whose motor is too weak to lift it in one go; 1 while within 8 degrees of upright. */
export const pendulumSwingup: ControlTask = {
  model,
  subSteps: 1,
  stepSeconds: 0.02,
  stateSize: 3,
  start(physics, random) {
    physics.data('qpos')[0] = random.uniform(-Math.PI, Math.PI);
  },
  state(physics) {
    const { cosine, sine } = pole(physics);
    return [cosine, sine, physics.data('qvel')[0]];
  },
  reward(physics) {
    return pole(physics).cosine >= UPRIGHT ? 1 : 0;
  },
};
