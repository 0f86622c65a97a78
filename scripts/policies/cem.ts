import { Random } from '../../src/base/index.ts';
import type { ControlEnv, Env } from '../../src/envs/index.ts';
import type { Policy } from './policy.ts';

export interface CemOptions {
  /** Steps looked ahead. */
  horizon: number;
  /** Steps that an action is held; decisions are as far apart. */
  hold: number;
  /** Plans tried in each round, and rounds at each decision. */
  candidates: number;
  rounds: number;
  /** Plans that form the next round's distribution. */
  elites: number;
  /** Added to each step's reward while planning, where the reward alone shows no way. */
  aim?: (physics: ControlEnv['physics']) => number;
}

/**
 * The cross-entropy method in saved copies of the simulation: plans are drawn from a normal distribution for each
 * action of the plan, which moves to the best of them, and goes on from decision to decision.
 */
export function crossEntropy({ horizon, hold, candidates, rounds, elites, aim }: CemOptions): Policy {
  return (wrapped) => {
    // The bare task: no time limit counts the steps of trials.
    const env = wrapped.unwrapped as unknown as Env<Float32Array, Float32Array>;
    const { physics } = env as unknown as ControlEnv;
    const random = Random.stream(0, 'cem');
    const size = env.actionSpace.shape[0];
    const length = Math.ceil(horizon / hold) * size;
    const bounded = (x: number) => Math.max(-1, Math.min(1, x));
    const action = (plan: Float32Array, n: number) => plan.subarray(n * size, (n + 1) * size);
    let mean = new Float32Array(length);
    let best = mean;
    let left = 0;

    function worth(plan: Float32Array): number {
      let sum = 0;
      for (let n = 0; n < length / size; n++) {
        for (let i = 0; i < hold; i++) {
          sum += env.step(action(plan, n)).reward;
          if (aim) sum += aim(physics);
        }
      }
      return sum;
    }

    function decide(): void {
      const saved = env.state!();
      // What is left of the last plan, and its last action once more.
      const next = new Float32Array(length);
      next.set(mean.subarray(size));
      next.set(mean.subarray(length - size), length - size);
      mean = next;
      let spread = new Float32Array(length).fill(0.6);
      let most = -Infinity;
      for (let round = 0; round < rounds; round++) {
        const plans: { plan: Float32Array; sum: number }[] = [];
        for (let n = 0; n < candidates; n++) {
          const plan = n === 0 ? mean : mean.map((x, i) => bounded(x + spread[i] * random.normal()));
          const sum = worth(plan);
          env.restore!(saved);
          plans.push({ plan, sum });
          if (sum > most) [most, best] = [sum, plan];
        }
        const chosen = plans.sort((a, b) => b.sum - a.sum).slice(0, elites);
        const center = mean.map((_, i) => chosen.reduce((sum, { plan }) => sum + plan[i], 0) / elites);
        spread = center.map((x, i) =>
          Math.max(0.05, Math.sqrt(chosen.reduce((sum, { plan }) => sum + (plan[i] - x) ** 2, 0) / elites)),
        );
        mean = center;
      }
    }

    return () => {
      if (left === 0) {
        decide();
        left = hold;
      }
      left -= 1;
      return action(best, 0);
    };
  };
}
