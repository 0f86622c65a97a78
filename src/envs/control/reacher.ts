import { portable } from '../../base/index.ts';
import { drawnOnly, floor, mjcf, motor, paint } from './mjcf.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';

const FINGER = 0.01;

/** The target's size is a part of the task. It is a mocap body, so that its place belongs to the saved state. */
const model = (target: number) =>
  mjcf({
    option: 'timestep=".02"',
    disable: ['contact'],
    default: '<joint type="hinge" axis="0 0 1" damping=".01"/>',
    // Limbs 1 cm thick come out less than a pixel wide at 48 pixels, and the hard task's target hardly larger:
    // the drawn limbs are 1.5 times as thick as the ones that move, and drawn targets are never below 0.02.
    world: `
      <camera name="above" pos="0 0 .75" xyaxes="1 0 0 0 1 0"/>
      ${floor({ half: 0.3 })}
      <geom type="cylinder" fromto="0 0 0 0 0 .02" size=".018" rgba="${paint.decoration}" ${drawnOnly}/>
      <body name="target" mocap="true" pos="0 0 .01">
        <geom type="cylinder" size="${Math.max(target, 0.02)} .002" pos="0 0 -.008" rgba="${paint.target}" ${drawnOnly}/>
      </body>
      <body name="arm" pos="0 0 .01">
        <joint name="shoulder"/>
        <geom type="capsule" fromto="0 0 0 .12 0 0" size=".01" group="3"/>
        <geom type="capsule" fromto="0 0 0 .12 0 0" size=".015" rgba="${paint.limb}" ${drawnOnly}/>
        <body name="hand" pos=".12 0 0">
          <joint name="wrist" limited="true" range="-160 160"/>
          <geom type="capsule" fromto="0 0 0 .1 0 0" size=".01" group="3"/>
          <geom type="capsule" fromto="0 0 0 .1 0 0" size=".015" rgba="${paint.limb}" ${drawnOnly}/>
          <body name="finger" pos=".12 0 0">
            <geom type="sphere" size="${FINGER}" group="3"/>
            <geom type="sphere" size=".018" rgba="${paint.effector}" ${drawnOnly}/>
          </body>
        </body>
      </body>`,
    actuator: motor('shoulder', 0.05) + motor('wrist', 0.05),
  });

/** From the finger to the target, in the plane. */
function toTarget(physics: Physics): [number, number] {
  const finger = physics.vector('xpos', 'BODY', 'finger');
  const target = physics.vector('xpos', 'BODY', 'target');
  return [target[0] - finger[0], target[1] - finger[1]];
}

function reacher(target: number): ControlTask {
  return {
    model: model(target),
    subSteps: 1,
    stepSeconds: 0.02,
    stateSize: 6,
    start(physics, random) {
      const qpos = physics.data('qpos');
      qpos[0] = random.uniform(-Math.PI, Math.PI);
      const [low, high] = physics.model('jnt_range').subarray(2, 4);
      qpos[1] = random.uniform(low, high);
      const angle = random.uniform(0, 2 * Math.PI);
      const radius = random.uniform(0.05, 0.2);
      const place = physics.data('mocap_pos');
      place[0] = radius * portable.sin(angle);
      place[1] = radius * portable.cos(angle);
    },
    state(physics) {
      return [...physics.data('qpos'), ...toTarget(physics), ...physics.data('qvel')];
    },
    reward(physics) {
      const [x, y] = toTarget(physics);
      return Math.sqrt(x * x + y * y) <= target + FINGER ? 1 : 0;
    },
  };
}

/** A two-link arm whose finger has to stay on a large target. */
export const reacherEasy = reacher(0.05);

/** The same with a small target. */
export const reacherHard = reacher(0.015);
