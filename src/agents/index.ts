import { discreteSac } from './discrete-sac.ts';
import { ppo } from './ppo.ts';
import { sac } from './sac.ts';

export type {
  ActionSpace,
  Agent,
  AgentContext,
  AgentEntry,
  AuxiliaryLoss,
  Judgement,
  Metrics,
  ObservationSpace,
  Task,
  TransitionBatch,
  UpdateOptions,
} from './agent.ts';
export { explainedVariance, generalisedAdvantages } from './gae.ts';
export type { RolloutReturns } from './gae.ts';
export { PPO_METRICS, Ppo } from './ppo.ts';
export type { Choices, PpoMinibatch } from './ppo.ts';
export { RewardNormaliser } from './ppo-normalisation.ts';
export type { PpoOptions } from './ppo-options.ts';
export { continuousSize, discreteChoices, imageShape, observationTensor } from './spaces.ts';

/** Agents by name: adding one is a file and a line here. */
export const agents = { sac, 'discrete-sac': discreteSac, ppo };
