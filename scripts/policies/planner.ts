import { Random } from '../../src/base/index.ts';
import type { ControlEnv, Env } from '../../src/envs/index.ts';
import type { Policy } from './policy.ts';

export interface PlannerOptions {
  /** Steps looked ahead. */
  horizon: number;
  /** Steps that an action is held. */
  hold: number;
  /** Plans tried at each decision. */
  candidates: number;
  /** Added to each step's reward while planning, where the reward alone shows no way. */
  aim?: (physics: ControlEnv['physics']) => number;
}

/**
 * Random shooting: at each decision it tries plans in the simulation itself, saved and restored, and takes the first
 * action of the best. Plans vary the best of the decision before. Needs no model and no knowledge of the task.
 */
export function planner({ horizon, hold, candidates, aim }: PlannerOptions): Policy {
  return (wrapped) => {
    // The bare task: no time limit counts the steps of trials.
    const env = wrapped.unwrapped as unknown as Env<Float32Array, Float32Array>;
    const random = Random.stream(0, 'planner');
    const size = env.actionSpace.shape[0];
    const holds = Math.ceil(horizon / hold);
    const bounded = (x: number) => Math.max(-1, Math.min(1, x));
    const fresh = (): Float32Array[] =>
      Array.from({ length: holds }, () => random.normals(size).map(bounded));
    let best = fresh();
    let left = 0;

    function worth(plan: Float32Array[]): number {
      let sum = 0;
      for (const action of plan) {
        for (let i = 0; i < hold; i++) sum += env.step(action).reward;
        if (aim) sum += hold * aim((env as unknown as ControlEnv).physics);
      }
      return sum;
    }

    function varied(plan: Float32Array[], n: number): Float32Array[] {
      if (n % 6 === 0) return fresh();
      const spread = [0.1, 0.2, 0.4, 0.8, 0.3][n % 5];
      return plan.map((action) => action.map((x) => bounded(x + spread * random.normal())));
    }

    function decide(): void {
      const saved = env.state!();
      const base = [...best.slice(1), random.normals(size).map(bounded)];
      let most = -Infinity;
      for (let n = -1; n < candidates; n++) {
        const plan = n < 0 ? base : varied(n % 2 ? best : base, n + 1);
        const sum = worth(plan);
        if (sum > most) [most, best] = [sum, plan];
        env.restore!(saved);
      }
    }

    return () => {
      if (left === 0) {
        decide();
        left = hold;
      }
      left -= 1;
      return best[0];
    };
  };
}
