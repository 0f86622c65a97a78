import { registerArcade } from './arcade/index.ts';
import * as tasks from './control/index.ts';
import { registerDistracted } from './distract/index.ts';
import { register } from './registry.ts';

/** Control tasks run for 1,000 steps, all of them; each is there undisturbed and with distractions. */
function control(name: string, task: tasks.ControlTask, description: string): void {
  register({
    id: `control/${name}`,
    description,
    maxEpisodeSteps: 1000,
    create: () => tasks.ControlEnv.create(task),
  });
  registerDistracted(name, task, 1000);
}

control(
  'AcrobotSwingup-v0',
  tasks.acrobotSwingup,
  'swing a double pendulum up that is driven at its elbow only',
);
control('BallInCupCatch-v0', tasks.ballInCupCatch, 'swing a ball on a string into a cup');
control('CartpoleBalance-v0', tasks.cartpoleBalance, 'keep a pole upright on a moving cart');
control(
  'CartpoleBalanceSparse-v0',
  tasks.cartpoleBalanceSparse,
  'keep a pole upright in the middle, for a reward of 0 or 1',
);
control(
  'CartpoleSwingup-v0',
  tasks.cartpoleSwingup,
  'swing a hanging pole up on a moving cart and keep it there',
);
control(
  'CartpoleSwingupSparse-v0',
  tasks.cartpoleSwingupSparse,
  'swing a pole up to the middle, for a reward of 0 or 1',
);
control('CheetahRun-v0', tasks.cheetahRun, 'run with a flat cheetah, at 10 m/s or more');
control('FingerSpin-v0', tasks.fingerSpin, 'keep a free spinner turning with a two-link finger');
control('HopperHop-v0', tasks.hopperHop, 'hop forwards on one leg, at 2 m/s or more');
control('HopperStand-v0', tasks.hopperStand, 'stand on one leg with little effort');
control(
  'PendulumSwingup-v0',
  tasks.pendulumSwingup,
  'swing a pendulum up with a motor too weak to lift it at once',
);
control('PointMassEasy-v0', tasks.pointMassEasy, 'bring a point mass to rest on a target in the middle');
control('ReacherEasy-v0', tasks.reacherEasy, 'keep the finger of a two-link arm on a large target');
control('ReacherHard-v0', tasks.reacherHard, 'keep the finger of a two-link arm on a small target');
control('WalkerRun-v0', tasks.walkerRun, 'run upright on two legs, at 8 m/s or more');
control('WalkerStand-v0', tasks.walkerStand, 'stand upright on two legs');
control('WalkerWalk-v0', tasks.walkerWalk, 'walk upright on two legs, at 1 m/s or more');

registerArcade();
