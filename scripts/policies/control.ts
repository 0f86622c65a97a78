import type { ControlEnv } from '../../src/envs/index.ts';
import { crossEntropy, type CemOptions } from './cem.ts';
import { planner } from './planner.ts';
import type { Policy, ScriptedPolicy } from './policy.ts';

/** A controller on the state vector (`info.state`). */
function controller(control: (state: Float64Array) => number[]): Policy {
  return (env) => {
    const { physics } = env.unwrapped as unknown as ControlEnv;
    return () => {
      const state = [...physics.data('qpos'), ...physics.data('qvel')];
      return Float32Array.from(control(Float64Array.from(state)), (u) => Math.max(-1, Math.min(1, u)));
    };
  };
}

/** An angle in (-pi, pi]. */
const wrapped = (angle: number) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/** Swings up by energy, then holds by linear feedback on position, angle and their velocities. */
const cartpole = controller(([x, angle, velocity, turning]) => {
  const lean = wrapped(angle);
  if (Math.abs(lean) < 0.5) return [0.25 * x + 4 * lean + 0.4 * velocity + 0.9 * turning];
  // Energy of the pole about its pivot, 0 upright and at rest (length 1 m, so I = m / 3 and the centre at 0.5 m).
  const energy = (turning * turning) / 6 - 0.5 * 9.81 * (1 - Math.cos(lean));
  const push = 0.6 * Math.sign(energy * turning * Math.cos(lean));
  return [push - 0.3 * x - 0.1 * velocity];
});

/** The same for the pendulum: 1 kg at 0.5 m, so I = 0.251; its motor pushes or brakes as energy is short or over. */
const pendulum = controller(([angle, turning]) => {
  const lean = wrapped(angle);
  if (Math.abs(lean) < 0.3 && Math.abs(turning) < 3) return [-12 * lean - 3 * turning];
  const energy = 0.1255 * turning * turning - 4.905 * (1 - Math.cos(lean));
  return [-4 * (energy - 0.1) * Math.sign(turning || 1)];
});

const pointMass = controller(([x, y, vx, vy]) => [-30 * x - 12 * vx, -30 * y - 12 * vy]);

/** Pulls the finger to the target: the transposed Jacobian of the arm times the gap, with damping. */
const reacher: Policy = (env) => {
  const { physics } = env.unwrapped as unknown as ControlEnv;
  return () => {
    const finger = physics.vector('xpos', 'BODY', 'finger');
    const hand = physics.vector('xpos', 'BODY', 'hand');
    const target = physics.vector('xpos', 'BODY', 'target');
    const [dx, dy] = [target[0] - finger[0], target[1] - finger[1]];
    const [shoulder, wrist] = physics.data('qvel');
    const about = (px: number, py: number) => (finger[0] - px) * dy - (finger[1] - py) * dx;
    // An arm that is stretched towards its target, or away from it, feels no pull: it bends.
    const stuck = Math.abs(shoulder) + Math.abs(wrist) < 0.05 && dx * dx + dy * dy > 4e-4 ? 0.5 : 0;
    const torque = [8 * about(0, 0) - 0.05 * shoulder, stuck + 8 * about(hand[0], hand[1]) - 0.03 * wrist];
    return Float32Array.from(torque, (u) => Math.max(-1, Math.min(1, u)));
  };
};

const scripted = (what: string, policy: Policy): ScriptedPolicy => ({ what, policy, episodes: 10 });
const planned = (horizon: number, hold: number, candidates = 24): ScriptedPolicy => ({
  what: `plans ${horizon} steps ahead in copies of the simulation`,
  policy: planner({ horizon, hold, candidates }),
  episodes: 1,
});

const refined = (options: CemOptions): ScriptedPolicy => ({
  what: `refines plans ${options.horizon} steps ahead in copies of the simulation (cross-entropy)`,
  policy: crossEntropy(options),
  episodes: 1,
});

/** The hopper's reward is 0 until it stands: a high and upright torso, and the foot under it, show the way. */
const standingUp = (physics: ControlEnv['physics']) => {
  const torso = physics.vector('xipos', 'BODY', 'torso');
  const foot = physics.vector('xipos', 'BODY', 'foot');
  const gap = Math.abs(torso[0] - foot[0]);
  const upright = physics.data('xmat')[9 * physics.id('BODY', 'torso') + 8];
  return Math.min(torso[2] - foot[2], 0.8) + 0.3 * Math.min(torso[2], 1.1) + 0.3 * upright - 0.3 * gap;
};

/** Speed counts also where standing does not yet. */
const forwards = (physics: ControlEnv['physics']) => 0.1 * Math.min(3, physics.sensor('velocity')[0]);

const hopper = { horizon: 40, hold: 4, candidates: 24, rounds: 3, elites: 5 };

export const controlPolicies: Record<string, ScriptedPolicy> = {
  'control/AcrobotSwingup-v0': planned(100, 10),
  'control/BallInCupCatch-v0': planned(30, 6, 12),
  'control/CartpoleBalance-v0': scripted('linear feedback', cartpole),
  'control/CartpoleBalanceSparse-v0': scripted('linear feedback', cartpole),
  'control/CartpoleSwingup-v0': scripted('energy, then linear feedback', cartpole),
  'control/CartpoleSwingupSparse-v0': scripted('energy, then linear feedback', cartpole),
  'control/CheetahRun-v0': planned(40, 4),
  'control/FingerSpin-v0': planned(40, 4),
  'control/HopperHop-v0': refined({
    ...hopper,
    aim: (physics) => standingUp(physics) + 3 * forwards(physics),
  }),
  'control/HopperStand-v0': refined({ ...hopper, aim: standingUp }),
  'control/PendulumSwingup-v0': scripted('energy, then linear feedback', pendulum),
  'control/PointMassEasy-v0': scripted('spring and damper', pointMass),
  'control/ReacherEasy-v0': scripted('spring to the target, damper', reacher),
  'control/ReacherHard-v0': scripted('spring to the target, damper', reacher),
  'control/WalkerRun-v0': refined({
    horizon: 20,
    hold: 4,
    candidates: 16,
    rounds: 3,
    elites: 4,
    aim: forwards,
  }),
  'control/WalkerStand-v0': planned(20, 4, 8),
  'control/WalkerWalk-v0': planned(20, 4, 8),
};
