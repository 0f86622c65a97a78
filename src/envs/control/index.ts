export { ControlEnv } from './controlEnv.ts';
export { loadMujoco } from './mujoco.ts';
export { Physics } from './physics.ts';
export type { ControlTask } from './task.ts';
export { smallControl, tolerance } from './tolerance.ts';
export {
  cartpoleBalance,
  cartpoleBalanceSparse,
  cartpoleSwingup,
  cartpoleSwingupSparse,
} from './cartpole.ts';
export { pendulumSwingup } from './pendulum.ts';
export { pointMassEasy } from './pointMass.ts';
export { reacherEasy, reacherHard } from './reacher.ts';
export { acrobotSwingup } from './acrobot.ts';
export { ballInCupCatch } from './ballInCup.ts';
export { fingerSpin } from './finger.ts';
export { cheetahRun, settle } from './cheetah.ts';
export { hopperHop, hopperStand } from './hopper.ts';
export { walkerRun, walkerStand, walkerWalk } from './walker.ts';
