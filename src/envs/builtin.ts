import {
  ControlEnv,
  cartpoleBalance,
  cartpoleSwingup,
  pendulumSwingup,
  pointMassEasy,
  reacherEasy,
  reacherHard,
} from './control/index.ts';
import type { ControlTask } from './control/index.ts';
import { register } from './registry.ts';

/** Control tasks run for 1,000 steps, all of them. */
const control = (name: string, task: ControlTask, description: string) =>
  register({
    id: `control/${name}`,
    description,
    maxEpisodeSteps: 1000,
    create: () => ControlEnv.create(task),
  });

control('CartpoleBalance-v0', cartpoleBalance, 'keep a pole upright on a moving cart');
control('CartpoleSwingup-v0', cartpoleSwingup, 'swing a hanging pole up on a moving cart and keep it there');
control(
  'PendulumSwingup-v0',
  pendulumSwingup,
  'swing a pendulum up with a motor too weak to lift it at once',
);
control('PointMassEasy-v0', pointMassEasy, 'bring a point mass to rest on a target in the middle');
control('ReacherEasy-v0', reacherEasy, 'keep the finger of a two-link arm on a large target');
control('ReacherHard-v0', reacherHard, 'keep the finger of a two-link arm on a small target');
