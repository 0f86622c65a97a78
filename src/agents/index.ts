import { sac } from './sac.ts';

export type { Agent, AgentContext, AgentEntry, Metrics, Task, TransitionBatch } from './agent.ts';

/** Agents by name: adding one is a file and a line here. */
export const agents = { sac };
