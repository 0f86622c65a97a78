import { createHash } from 'node:crypto';
import { messageOf } from '../base/index.ts';
import type { Env, StepResult } from './env.ts';

/** A value as text in which equal values, and only those, are equal, to the bit for arrays of numbers. */
function fingerprint(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name}:${createHash('sha1').update(bytes).digest('hex')}`;
  }
  if (Array.isArray(value)) return `[${value.map(fingerprint).join()}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}:${fingerprint(entry)}`)
      .join()}}`;
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

type Any = Env<unknown, unknown>;

/** What an agent sees of a step. `info` may hold wall-clock times, so only the state in it counts. */
const seen = ({ observation, reward, terminated, truncated, info }: StepResult<unknown>) =>
  fingerprint({ observation, reward, terminated, truncated, state: info.state });

/** Plays fixed actions, resetting where an episode ends, and lists what was seen. */
function play(env: Any, actions: readonly unknown[]): string[] {
  return actions.map((action) => {
    const result = env.step(action);
    if (result.terminated || result.truncated) return seen(result) + fingerprint(env.reset().observation);
    return seen(result);
  });
}

const STEPS = 24;

type Check = (env: Any, actions: readonly unknown[]) => string | null;

/** Each check begins with a seeded reset of its own and says what is wrong, or null. */
const CHECKS: Record<string, Check> = {
  seeds(env) {
    const first = fingerprint(env.reset({ seed: 7 }).observation);
    const again = fingerprint(env.reset({ seed: 7 }).observation);
    if (first !== again) return 'reset with the same seed gave two different observations';
    for (const seed of [-1, 0.5, NaN]) {
      try {
        env.reset({ seed });
      } catch {
        continue;
      }
      return `reset took the seed ${seed}; only non-negative integers are seeds`;
    }
    return null;
  },
  steps(env, actions) {
    env.reset({ seed: 7 });
    const first = play(env, actions);
    env.reset({ seed: 7 });
    const at = play(env, actions).findIndex((step, i) => step !== first[i]);
    return at < 0 ? null : `the same seed and actions gave something else at step ${at + 1}`;
  },
  spaces(env, actions) {
    const space = env.observationSpace;
    const outside = (observation: unknown) => !space.contains(observation);
    if (outside(env.reset({ seed: 7 }).observation))
      return `reset gave an observation outside ${String(space)}`;
    for (const [i, action] of actions.entries()) {
      if (!env.actionSpace.contains(action))
        return 'the action space sampled an action that it does not contain';
      const result = env.step(action);
      if (outside(result.observation)) return `step ${i + 1} gave an observation outside ${String(space)}`;
      if (!Number.isFinite(result.reward)) return `step ${i + 1} gave the reward ${result.reward}`;
      for (const flag of ['terminated', 'truncated'] as const) {
        if (typeof result[flag] !== 'boolean') return `step ${i + 1} gave a ${flag} that is not a boolean`;
      }
      if (typeof result.info !== 'object' || result.info === null) return `step ${i + 1} gave no info object`;
      const { state } = result.info;
      if (state && (!(state instanceof Float64Array) || !state.every(Number.isFinite))) {
        return `step ${i + 1} gave an info.state that is not a Float64Array of finite numbers`;
      }
      if (result.terminated || result.truncated) env.reset();
    }
    return null;
  },
  aliasing(env, actions) {
    const { observation, info } = env.reset({ seed: 7 });
    const kept = { observation, state: info.state };
    const before = fingerprint(kept);
    play(env, actions.slice(0, 3));
    return before === fingerprint(kept)
      ? null
      : 'a later step changed an observation that was given out before';
  },
  actions(env, actions) {
    env.reset({ seed: 7 });
    const before = fingerprint(actions);
    play(env, actions);
    return before === fingerprint(actions) ? null : 'step changed the action it was given';
  },
  rendering(env, actions) {
    if (!env.metadata.renderModes.includes('rgb_array')) return null;
    env.reset({ seed: 7 });
    const first = play(env, actions);
    env.reset({ seed: 7 });
    const { width, height, data } = env.render({ width: 40, height: 30 });
    if (width !== 40 || height !== 30 || data.length !== 40 * 30 * 3)
      return 'render gave another size than asked';
    const at = play(env, actions).findIndex((step, i) => step !== first[i]);
    return at < 0 ? null : `rendering changed what happened at step ${at + 1}`;
  },
  saving(env, actions) {
    if (!env.state || !env.restore) return null;
    env.reset({ seed: 7 });
    play(env, actions.slice(0, STEPS / 2));
    const saved = JSON.stringify(env.state());
    const future = play(env, actions);
    const later = fingerprint(env.reset().observation);
    env.reset({ seed: 8 });
    env.restore(JSON.parse(saved));
    const at = play(env, actions).findIndex((step, i) => step !== future[i]);
    if (at >= 0) return `after restore, step ${at + 1} differs from what followed the saved state`;
    return fingerprint(env.reset().observation) === later
      ? null
      : 'after restore, the next episode starts otherwise: the generator was not saved';
  },
  closing(env) {
    env.close();
    env.close();
    return null;
  },
};

/**
 * Tries an environment out: seeds, determinism, spaces, finite rewards, observations that stay as they were,
 * pictures that do not disturb, saved states, repeated `close`. The environment is closed afterwards.
 *
 * @returns One line for each thing that is wrong; empty when all is well.
 */
export function checkEnv<O, A>(env: Env<O, A>): string[] {
  const any = env as unknown as Any;
  any.actionSpace.seed(7);
  const actions = Array.from({ length: STEPS }, () => any.actionSpace.sample());
  const problems: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      const problem = check(any, structuredClone(actions));
      if (problem) problems.push(`${name}: ${problem}.`);
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  return problems;
}
