import { floor, mjcf, motor, paint } from './mjcf.ts';
import { randomizeJoints } from './joints.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';
import { tolerance } from './tolerance.ts';

const HEIGHT = 1.2;
const BODIES = ['torso', 'right_thigh', 'right_leg', 'right_foot', 'left_thigh', 'left_leg', 'left_foot'];

const joint = (name: string, low: number, high: number, anchor: string) => `
  <joint name="${name}" pos="${anchor}" type="hinge" axis="0 -1 0" limited="true" range="${low} ${high}"
    damping=".1" armature=".01" solimplimit="0 .99 .01"/>`;

const leg = (side: string, y: number, color: string) => `
  <body name="${side}_thigh" pos="0 ${y} -.3">
    ${joint(`${side}_hip`, -20, 100, '0 0 0')}
    <geom pos="0 0 -.225" size=".05 .225" rgba="${color}"/>
    <body name="${side}_leg" pos="0 0 -.7">
      ${joint(`${side}_knee`, -150, 0, '0 0 .25')}
      <geom size=".04 .25" rgba="${color}"/>
      <body name="${side}_foot" pos=".06 0 -.25">
        ${joint(`${side}_ankle`, -45, 45, '-.06 0 0')}
        <geom fromto="-.1 0 0 .1 0 0" size=".05" rgba="${color}"/>
      </body>
    </body>
  </body>`;

const motors = (side: string) =>
  motor(`${side}_hip`, 100) + motor(`${side}_knee`, 50) + motor(`${side}_ankle`, 20);

const model = mjcf({
  option: 'timestep=".0025"',
  // One mechanism: there is nothing to be solved apart, and looking for it takes time.
  disable: ['island'],
  // Limbs meet the floor and pass through one another.
  default: `<geom type="capsule" friction=".7 .1 .1" conaffinity="0" rgba="${paint.limb}"/>`,
  world: `
    ${floor({ more: 'conaffinity="1"' })}
    <body name="torso" pos="0 0 1.3">
      <camera name="side" pos="0 -2 .7" euler="60 0 0" mode="trackcom"/>
      <joint name="rootz" type="slide" axis="0 0 1"/>
      <joint name="rootx" type="slide" axis="1 0 0"/>
      <joint name="rooty" type="hinge" axis="0 1 0"/>
      <geom size=".07 .3"/>
      ${leg('right', -0.05, paint.limb)} ${leg('left', 0.05, paint.farLimb)}
    </body>`,
  actuator: motors('right') + motors('left'),
  more: '<sensor><subtreelinvel name="velocity" body="torso"/></sensor>',
});

/** Torso high and upright, in [0, 1]. */
function standing(physics: Physics): number {
  const torso = physics.id('BODY', 'torso');
  const high = tolerance(physics.data('xpos')[3 * torso + 2], {
    bounds: [HEIGHT, Infinity],
    margin: HEIGHT / 2,
  });
  const upright = (1 + physics.data('xmat')[9 * torso + 8]) / 2;
  return (3 * high + upright) / 4;
}

/** The walker, rewarded for standing and for moving at `speed` m/s or more; 0 rewards standing alone. */
function walker(speed: number): ControlTask {
  return {
    model,
    subSteps: 10,
    stepSeconds: 0.025,
    stateSize: 24,
    start: randomizeJoints,
    state(physics) {
      const axes = physics.data('xmat');
      const orientations = BODIES.flatMap((name) => {
        const at = 9 * physics.id('BODY', name);
        return [axes[at], axes[at + 2]];
      });
      return [...orientations, physics.vector('xpos', 'BODY', 'torso')[2], ...physics.data('qvel')];
    },
    reward(physics) {
      if (speed === 0) return standing(physics);
      const moving = tolerance(physics.sensor('velocity')[0], {
        bounds: [speed, Infinity],
        margin: speed / 2,
        valueAtMargin: 0.5,
        shape: 'linear',
      });
      return (standing(physics) * (5 * moving + 1)) / 6;
    },
  };
}

export const walkerStand = walker(0);
export const walkerWalk = walker(1);
export const walkerRun = walker(8);
