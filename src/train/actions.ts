import { InputError, type Random } from '../base/index.ts';
import type { ActionSpace } from '../agents/index.ts';
import { Box, Discrete, type Space } from '../envs/index.ts';

/**
 * Translates between a policy's numbers and an environment's actions. Policies of a `Box` give `size` numbers in
 * [-1, 1], which are stretched to the bounds; policies of a `Discrete` give one index, counted from 0.
 */
export interface ActionCodec {
  /** Numbers in one action. */
  size: number;
  /** What an agent has to know of them. */
  space: ActionSpace;
  toEnv(action: Float32Array): Float32Array | number;
  /** A uniform random action. */
  random(random: Random): Float32Array;
}

/** From [-1, 1] to [low, high], never outside by rounding. */
function stretch(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, low + ((x + 1) / 2) * (high - low)));
}

/** @throws InputError for spaces that no agent here can act in. */
export function actionCodec(space: Space<unknown>): ActionCodec {
  if (space instanceof Discrete) {
    return {
      size: 1,
      space: { kind: 'discrete', choices: space.n },
      toEnv: ([index]) => space.start + index,
      random: (random) => Float32Array.of(random.integer(space.n)),
    };
  }
  if (space instanceof Box && space.dtype === 'float32') {
    const low = Float32Array.from(space.low as Float32Array);
    const high = Float32Array.from(space.high as Float32Array);
    if ([...low, ...high].every(Number.isFinite)) {
      const plain = low.every((x) => x === -1) && high.every((x) => x === 1);
      return {
        size: space.size,
        space: { kind: 'continuous', size: space.size },
        toEnv: (action) => (plain ? action : action.map((x, i) => stretch(x, low[i], high[i]))),
        random: (random) => Float32Array.from({ length: space.size }, () => random.uniform(-1, 1)),
      };
    }
  }
  throw new InputError(
    `Agents act in bounded float boxes and in discrete spaces; this environment's is ${space.toString()}.`,
  );
}
