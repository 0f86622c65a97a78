import { drawnOnly, floor, mjcf, paint } from './mjcf.ts';
import type { ControlTask } from './task.ts';
import { smallControl, tolerance } from './tolerance.ts';

const RADIUS = 0.015;

const slide = (name: string, axis: string) =>
  `<joint name="${name}" type="slide" axis="${axis}" limited="true" range="-.29 .29" damping="1"/>`;
const tendon = (name: string, x: number, y: number) => `
  <fixed name="${name}"><joint joint="x" coef="${x}"/><joint joint="y" coef="${y}"/></fixed>`;
const pull = (name: string) => `<motor tendon="${name}" gear=".1" ctrllimited="true" ctrlrange="-1 1"/>`;

// The suite draws a mass of radius 0.01 and a target of 0.015: at 48 pixels each is about a pixel wide. The
// drawn radii below are doubled; physics and reward keep theirs. The target lies flat on the floor, so that
// the mass on top of it hides only its middle.
const model = mjcf({
  option: 'timestep=".02"',
  disable: ['contact'],
  world: `
    <camera name="above" pos="0 0 .75" xyaxes="1 0 0 0 1 0"/>
    ${floor({ half: 0.3 })}
    <geom name="target" type="cylinder" pos="0 0 .001" size=".03 .001" rgba="${paint.target}" ${drawnOnly}/>
    <body name="mass" pos="0 0 .01">
      ${slide('x', '1 0 0')} ${slide('y', '0 1 0')}
      <geom type="sphere" size=".01" mass=".3" group="3"/>
      <geom type="sphere" size=".02" rgba="${paint.limb}" ${drawnOnly}/>
    </body>`,
  actuator: pull('along_x') + pull('along_y'),
  more: `<tendon>${tendon('along_x', 1, 0)}${tendon('along_y', 0, 1)}</tendon>`,
});

/** A mass in the plane that has to come to rest on the target in the middle. */
export const pointMassEasy: ControlTask = {
  model,
  subSteps: 1,
  stepSeconds: 0.02,
  stateSize: 4,
  start(physics, random) {
    for (let i = 0; i < 2; i++) physics.data('qpos')[i] = random.uniform(-0.29, 0.29);
  },
  state(physics) {
    return [...physics.data('qpos'), ...physics.data('qvel')];
  },
  reward(physics) {
    const [x, y] = physics.data('qpos');
    const [u, v] = physics.data('ctrl');
    const near = tolerance(Math.sqrt(x * x + y * y), { bounds: [0, RADIUS], margin: RADIUS });
    const gentle = (smallControl(u) + smallControl(v)) / 2;
    return (near * (4 + gentle)) / 5;
  },
};
