import { Checkpoints, OnPolicyTraining, buildOnPolicy, type Callbacks } from '../../src/train/index.ts';
import type { Experiment } from '../../src/runs/index.ts';
import { MemoryRecorder } from './harness.ts';
import { pointExperiment } from './point-env.ts';

/** A tiny experiment of PPO with CURL on the dot: rollouts of 2 x 8 steps. */
export function ppoExperiment(agent: string = '', overrides: Record<string, string> = {}): Experiment {
  return pointExperiment({
    agent: `{ id: ppo, numEnvs: 2, numSteps: 8, epochs: 2, minibatches: 2, ${agent} }`,
    'evaluation.every': '32',
    'checkpoint.every': '40',
    steps: '96',
    ...overrides,
  });
}

export interface OnPolicySession {
  state: 'finished' | 'interrupted';
  recorder: MemoryRecorder;
  training: OnPolicyTraining;
}

/**
 * Trains in memory, from the newest checkpoint of the folder if there is one.
 * @param stopAt agent step to stop at
 */
export async function ppoSession(
  folder: string,
  experiment: Experiment,
  stopAt = Infinity,
  prepare: (parts: Awaited<ReturnType<typeof buildOnPolicy>>) => void = () => undefined,
  callbacks?: Callbacks,
): Promise<OnPolicySession> {
  const parts = await buildOnPolicy(experiment);
  prepare(parts);
  const recorder = new MemoryRecorder();
  const checkpoints = new Checkpoints(folder, 'key');
  const controller = new AbortController();
  const checkpoint = checkpoints.newest(parts.replay);
  checkpoints.discardAfter(checkpoint?.agentStep ?? -1);
  const { signal } = controller;
  const choose = parts.learner.choose.bind(parts.learner);
  parts.learner.choose = (...args) => {
    if (training.agentStep + environmentsOf(experiment) >= stopAt) controller.abort();
    return choose(...args);
  };
  const given = { experiment, parts, recorder, checkpoints, checkpoint, signal, callbacks };
  const training = new OnPolicyTraining(given);
  try {
    return { state: await training.run(), recorder, training };
  } finally {
    parts.env.close();
    parts.learner.dispose();
  }
}

function environmentsOf({ agent }: Experiment): number {
  return (agent as unknown as { numEnvs: number }).numEnvs;
}
