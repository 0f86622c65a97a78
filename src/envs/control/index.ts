export { ControlEnv } from './controlEnv.ts';
export { loadMujoco } from './mujoco.ts';
export { Physics } from './physics.ts';
export type { ControlTask } from './task.ts';
export { tolerance } from './tolerance.ts';
export { cartpoleBalance, cartpoleSwingup } from './cartpole.ts';
export { pendulumSwingup } from './pendulum.ts';
export { pointMassEasy } from './pointMass.ts';
export { reacherEasy, reacherHard } from './reacher.ts';
