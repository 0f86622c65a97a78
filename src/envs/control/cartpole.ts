import { drawnOnly, floor, mjcf, motor, paint } from './mjcf.ts';
import type { Physics } from './physics.ts';
import type { ControlTask } from './task.ts';
import { smallControl, tolerance } from './tolerance.ts';

const rail = (y: number) =>
  `<geom type="capsule" fromto="-2 ${y} 1 2 ${y} 1" size=".02" rgba="${paint.decoration}" ${drawnOnly}/>`;

const model = mjcf({
  option: 'timestep=".01" integrator="RK4"',
  disable: ['contact'],
  // The suite's 45 degrees lose the cart at the ends of its rail: it reaches |x| = 2 at 4 m. 58 degrees show
  // |x| <= 2.2, so a cart that stopped at the rail's end is still told from one that left the picture.
  world: `
    <camera name="side" pos="0 -4 1" xyaxes="1 0 0 0 0 1" fovy="58"/>
    ${floor({ z: -0.05 })} ${rail(0.07)} ${rail(-0.07)}
    <body name="cart" pos="0 0 1">
      <joint name="slider" type="slide" axis="1 0 0" limited="true" range="-1.8 1.8" solreflimit=".08 1" damping="5e-4"/>
      <geom type="box" size=".2 .15 .1" mass="1" rgba="${paint.limb}"/>
      <body name="pole">
        <joint name="hinge" type="hinge" axis="0 1 0" damping="2e-6"/>
        <geom type="capsule" fromto="0 0 0 0 0 1" size=".045" mass=".1" rgba="${paint.limb}"/>
      </body>
    </body>`,
  actuator: motor('slider', 10),
});

/** Cosine and sine of the pole's angle from upright: where its own z axis points. */
function pole(physics: Physics): { cosine: number; sine: number } {
  const axes = physics.data('xmat');
  const at = 9 * physics.id('BODY', 'pole');
  return { cosine: axes[at + 8], sine: axes[at + 2] };
}

const common = {
  model,
  subSteps: 1,
  stepSeconds: 0.01,
  stateSize: 5,
  state(physics: Physics) {
    const { cosine, sine } = pole(physics);
    return [physics.data('qpos')[0], cosine, sine, ...physics.data('qvel')];
  },
  /** Upright, centred, with small control and a slow pole. */
  reward(physics: Physics) {
    const upright = (1 + pole(physics).cosine) / 2;
    const centred = (1 + tolerance(physics.data('qpos')[0], { margin: 2 })) / 2;
    const gentle = (4 + smallControl(physics.data('ctrl')[0])) / 5;
    const slow = (1 + tolerance(physics.data('qvel')[1], { margin: 5 })) / 2;
    return upright * centred * gentle * slow;
  },
} satisfies Partial<ControlTask>;

/** 1 while the cart is within 0.25 m of the middle and the pole upright (cosine at least 0.995), else 0. */
function sparseReward(physics: Physics): number {
  return Math.abs(physics.data('qpos')[0]) <= 0.25 && pole(physics).cosine >= 0.995 ? 1 : 0;
}

/** The pole hangs down and has to be swung up. */
export const cartpoleSwingup: ControlTask = {
  ...common,
  start(physics, random) {
    const qpos = physics.data('qpos');
    qpos[0] = 0.01 * random.normal();
    qpos[1] = Math.PI + 0.01 * random.normal();
    for (let i = 0; i < 2; i++) physics.data('qvel')[i] = 0.01 * random.normal();
  },
};

/** The pole starts nearly upright. */
export const cartpoleBalance: ControlTask = {
  ...common,
  start(physics, random) {
    const qpos = physics.data('qpos');
    qpos[0] = random.uniform(-0.1, 0.1);
    qpos[1] = random.uniform(-0.034, 0.034);
    for (let i = 0; i < 2; i++) physics.data('qvel')[i] = 0.01 * random.normal();
  },
};

/** Swing-up, rewarded only for a pole that stands in the middle. */
export const cartpoleSwingupSparse: ControlTask = { ...cartpoleSwingup, reward: sparseReward };

/** Balance, rewarded only for a pole that stands in the middle. */
export const cartpoleBalanceSparse: ControlTask = { ...cartpoleBalance, reward: sparseReward };
