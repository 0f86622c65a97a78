import { floor, mjcf, motor, paint } from './mjcf.ts';
import { untilFree } from './joints.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';

const BALL = 0.025;
/** Half size of the square that the whole ball has to be in. */
const TARGET = 0.05;

/** The cup's outline in (x, z). */
const OUTLINE = [
  [-0.05, 0],
  [-0.05, -0.075],
  [-0.025, -0.1],
  [0.025, -0.1],
  [0.05, -0.075],
  [0.05, 0],
];
const walls = OUTLINE.slice(1).map(([x, z], i) => {
  const [x0, z0] = OUTLINE[i];
  return `<geom type="capsule" fromto="${x0} 0 ${z0} ${x} 0 ${z}" size=".008" rgba="${paint.limb}"/>`;
});
const slides = (name: string, more = '') => `
  <joint name="${name}_x" type="slide" axis="1 0 0" ${more}/>
  <joint name="${name}_z" type="slide" axis="0 0 1" ${more}/>`;

const model = mjcf({
  option: 'timestep=".002"',
  // 55 degrees instead of the suite's 45 keep the ball in the picture when the cup is pulled to a side.
  world: `
    <camera name="side" pos="0 -1 .8" xyaxes="1 0 0 0 1 2" fovy="55"/>
    ${floor()}
    <body name="cup" pos="0 0 .6">
      ${slides('cup', 'damping="3" stiffness="20"')}
      ${walls.join('\n')}
      <site name="string" pos="0 0 -.108"/>
      <site name="target" pos="0 0 -.05"/>
    </body>
    <body name="ball" pos="0 0 .2">
      ${slides('ball')}
      <geom type="sphere" size="${BALL}" rgba="${paint.effector}"/>
      <site name="ball"/>
    </body>`,
  actuator: motor('cup_x', 5) + motor('cup_z', 5),
  more: `
    <tendon>
      <spatial limited="true" range="0 .3"><site site="ball"/><site site="string"/></spatial>
    </tendon>`,
});

function inCup(physics: Physics): boolean {
  const ball = physics.vector('xpos', 'BODY', 'ball');
  const target = physics.vector('site_xpos', 'SITE', 'target');
  return [0, 2].every((axis) => Math.abs(target[axis] - ball[axis]) < TARGET - BALL);
}

/** A cup that moves in a plane has to catch the ball that hangs from it. */
export const ballInCupCatch: ControlTask = {
  model,
  subSteps: 10,
  stepSeconds: 0.02,
  stateSize: 8,
  start(physics, random) {
    untilFree(physics, () => {
      physics.data('qpos')[2] = random.uniform(-0.2, 0.2);
      physics.data('qpos')[3] = random.uniform(0.2, 0.5);
    });
  },
  state: (physics) => [...physics.data('qpos'), ...physics.data('qvel')],
  reward: (physics) => (inCup(physics) ? 1 : 0),
  /** The string: straight, as a tendon is, whether taut or slack. */
  extras(physics) {
    const from = physics.vector('site_xpos', 'SITE', 'ball');
    const to = physics.vector('site_xpos', 'SITE', 'string');
    return [{ kind: 'capsule', from, to, radius: 0.003, color: [0.3, 0.5, 0.7] }];
  },
};
