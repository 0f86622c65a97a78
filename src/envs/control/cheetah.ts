import { floor, mjcf, motor, paint } from './mjcf.ts';
import { randomizeJoints } from './joints.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';
import { tolerance } from './tolerance.ts';

/** m/s from which on running is worth 1. */
const SPEED = 10;

interface Link {
  name: string;
  /** Body in its parent, capsule centre in the body; both (x, z). */
  at: [number, number];
  center: [number, number];
  /** Degrees. */
  tilt: number;
  range: [number, number];
  half: number;
  stiffness: number;
  damping: number;
  gear: number;
}

// prettier-ignore
const HIND: Link[] = [
  { name: 'bthigh', at: [-0.5, 0], center: [0.1, -0.13], tilt: -218, half: 0.145, range: [-30, 60], stiffness: 240, damping: 6, gear: 120 },
  { name: 'bshin', at: [0.16, -0.25], center: [-0.14, -0.07], tilt: -116, half: 0.15, range: [-50, 50], stiffness: 180, damping: 4.5, gear: 90 },
  { name: 'bfoot', at: [-0.28, -0.14], center: [0.03, -0.097], tilt: -15, half: 0.094, range: [-230, 50], stiffness: 120, damping: 3, gear: 60 },
];
// prettier-ignore
const FRONT: Link[] = [
  { name: 'fthigh', at: [0.5, 0], center: [-0.07, -0.12], tilt: 30, half: 0.133, range: [-57, 0.4], stiffness: 180, damping: 4.5, gear: 90 },
  { name: 'fshin', at: [-0.14, -0.24], center: [0.065, -0.09], tilt: -34, half: 0.106, range: [-70, 50], stiffness: 120, damping: 3, gear: 60 },
  { name: 'ffoot', at: [0.13, -0.18], center: [0.045, -0.07], tilt: -34, half: 0.07, range: [-28, 28], stiffness: 60, damping: 1.5, gear: 30 },
];

/** A chain of links, each inside the one before. */
function leg([link, ...rest]: Link[]): string {
  if (!link) return '';
  const { name, at, center, tilt, half, range, stiffness, damping } = link;
  const color = rest.length === 0 ? paint.effector : paint.limb;
  return `
    <body name="${name}" pos="${at[0]} 0 ${at[1]}">
      <joint name="${name}" limited="true" range="${range.join(' ')}" stiffness="${stiffness}" damping="${damping}" armature=".1"/>
      <geom type="capsule" pos="${center[0]} 0 ${center[1]}" euler="0 ${tilt} 0" size=".046 ${half}" rgba="${color}"/>
      ${leg(rest)}
    </body>`;
}

const model = mjcf({
  option: 'timestep=".01"',
  // One mechanism: there is nothing to be solved apart, and looking for it takes time.
  disable: ['island'],
  compiler: 'settotalmass="14"',
  default: `<geom friction=".4 .1 .1" rgba="${paint.limb}"/><joint type="hinge" axis="0 1 0"/>`,
  world: `
    ${floor({ more: 'friction="1 .005 .0001"' })}
    <body name="torso" pos="0 0 .7">
      <camera name="side" pos="0 -3 0" xyaxes="1 0 0 0 0 1" mode="trackcom"/>
      <joint name="rootx" type="slide" axis="1 0 0"/>
      <joint name="rootz" type="slide" axis="0 0 1"/>
      <joint name="rooty"/>
      <geom type="capsule" fromto="-.5 0 0 .5 0 0" size=".046"/>
      <geom type="capsule" pos=".6 0 .1" euler="0 50 0" size=".046 .15"/>
      ${leg(HIND)} ${leg(FRONT)}
    </body>`,
  actuator: [...HIND, ...FRONT].map(({ name, gear }) => motor(name, gear)).join(''),
  more: '<sensor><subtreelinvel name="velocity" body="torso"/></sensor>',
});

/**
 * Lets the body fall and come to rest for 200 steps. As in the suite, the first of them still uses the terms of
 * the pose before the joints were drawn, so that initial states are distributed in the same way.
 */
export function settle(physics: Physics): void {
  physics.finishStep();
  physics.refresh();
  physics.step(199);
}

/** A flat cheetah that has to run. */
export const cheetahRun: ControlTask = {
  model,
  subSteps: 1,
  stepSeconds: 0.01,
  stateSize: 17,
  start(physics, random) {
    physics.forward();
    const pitch = physics.data('qpos')[2];
    randomizeJoints(physics, random);
    physics.data('qpos')[2] = pitch;
    settle(physics);
  },
  state: (physics) => [...physics.data('qpos').subarray(1), ...physics.data('qvel')],
  reward(physics) {
    const [speed] = physics.sensor('velocity');
    return tolerance(speed, { bounds: [SPEED, Infinity], margin: SPEED, valueAtMargin: 0, shape: 'linear' });
  },
};
