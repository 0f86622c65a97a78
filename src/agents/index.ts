import { discreteSac } from './discrete-sac.ts';
import { sac } from './sac.ts';

export type {
  ActionSpace,
  Agent,
  AgentContext,
  AgentEntry,
  AuxiliaryLoss,
  Metrics,
  ObservationSpace,
  Task,
  TransitionBatch,
  UpdateOptions,
} from './agent.ts';
export { continuousSize, discreteChoices, imageShape, observationTensor } from './spaces.ts';

/** Agents by name: adding one is a file and a line here. */
export const agents = { sac, 'discrete-sac': discreteSac };
