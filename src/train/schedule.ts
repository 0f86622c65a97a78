import { portable } from '../base/index.ts';
import type { Experiment } from '../runs/index.ts';

type LearningRate = NonNullable<Experiment['train']['learningRate']>;
type Exploration = NonNullable<Experiment['train']['exploration']>;

/**
 * Factor of all learning rates at an agent step: from 0 to 1 over `warmUp` steps, then to `final` over the rest of
 * `steps`, in a straight line or along half a cosine (Loshchilov & Hutter, arXiv 1608.03983, eq. 5).
 * @param runSteps length of the run in agent steps, where the schedule has no length of its own
 */
export function learningRateFactor(
  { schedule, final, warmUp, steps }: LearningRate,
  agentStep: number,
  runSteps: number,
): number {
  const rising = warmUp > 0 ? Math.min(1, (agentStep + 1) / warmUp) : 1;
  if (schedule === 'constant') return rising;
  const length = Math.max(1, (steps ?? runSteps) - warmUp);
  const progress = Math.min(1, Math.max(0, (agentStep - warmUp) / length));
  const left = schedule === 'linear' ? 1 - progress : (1 + portable.cos(Math.PI * progress)) / 2;
  return rising * (final + (1 - final) * left);
}

/** Chance of a uniform random action at an agent step: from `initial` to `final` in a straight line over `steps`. */
export function explorationChance({ initial, final, steps }: Exploration, agentStep: number): number {
  return initial + (final - initial) * Math.min(1, agentStep / steps);
}
