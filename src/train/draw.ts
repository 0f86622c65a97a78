import type { TransitionBatch } from '../agents/index.ts';
import { tf } from '../engine/index.ts';
import { nStepTransitions, type Indices, type ReplayBuffer } from '../replay/index.ts';

/** How a learner draws transitions. */
export interface DrawOptions {
  batchSize: number;
  /** Rewards summed before a transition bootstraps. */
  nStep: number;
  /** The agent's discount per agent step. */
  discount: number;
}

/** Drawn transitions, without their observations. */
export interface Draw {
  /** Where each begins ... */
  indices: Indices;
  /** ... and the last one of its steps: the same for one step. */
  last: Indices;
  actions: Float32Array;
  rewards: Float32Array;
  terminated: Float32Array;
  /** discount^m of m steps; null for one step. */
  discounts: Float32Array | null;
  /** Importance weights of prioritised replay; null for uniform draws. */
  weights: Float32Array | null;
  /** Takes the new |TD errors| over; null for uniform draws. */
  prioritise: ((errors: Float32Array) => void) | null;
}

/** Draws transitions of one or several steps, uniformly or by priority, as the buffer does. */
export function drawTransitions(replay: ReplayBuffer, { batchSize, nStep, discount }: DrawOptions): Draw {
  const indices = replay.sample(batchSize);
  const actions = replay.actions(indices);
  const weights = replay.weights(indices);
  const prioritise = weights && ((errors: Float32Array) => replay.prioritise(indices, errors));
  if (nStep > 1) {
    const windows = nStepTransitions(replay, indices, nStep, discount);
    return { indices, actions, weights, prioritise, ...windows };
  }
  return {
    indices,
    last: indices,
    actions,
    rewards: replay.rewards(indices),
    terminated: replay.terminated(indices),
    discounts: null,
    weights,
    prioritise,
  };
}

/** What an agent gets of drawn transitions beside their observations, on the engine. */
export function drawnTensors(
  { actions, rewards, terminated, discounts, weights }: Draw,
  batchSize: number,
): Omit<TransitionBatch, 'observations' | 'nextObservations'> {
  return {
    actions: tf.tensor2d(actions, [batchSize, actions.length / batchSize]),
    rewards: tf.tensor1d(rewards),
    terminated: tf.tensor1d(terminated),
    ...(discounts && { discounts: tf.tensor1d(discounts) }),
    ...(weights && { weights: tf.tensor1d(weights) }),
  };
}
