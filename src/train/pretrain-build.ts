import { InputError, Random, type Json } from '../base/index.ts';
import { startEngine } from '../engine/index.ts';
import { make } from '../envs/index.ts';
import { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import { actionCodec } from './actions.ts';
import { PretrainLearner, buildPretrainLearner } from './pretrain-learner.ts';
import { loadExternals } from './externals.ts';
import { resolveExperiment } from './resolve.ts';
import type { Parts, PixelEnv } from './types.ts';

/** The parts of a pretraining run. */
export interface PretrainParts extends Parts {
  learner: PretrainLearner;
}

/**
 * Builds all parts of a pretraining run from its experiment, and starts its engine.
 * @throws InputError in one line where the parts do not fit together
 */
export async function buildPretraining(given: Experiment): Promise<PretrainParts> {
  await loadExternals(given);
  const experiment = resolveExperiment(given);
  const { pretrain, env: part, seed } = experiment;
  if (!pretrain) throw new InputError('pretrain: this experiment trains an agent; curlew train runs it.');
  const engine = await startEngine(experiment.engine);
  const makeEnv = async () => {
    const { id, ...options } = part;
    return (await make(id, options)) as PixelEnv;
  };
  const env = await makeEnv();
  const actions = actionCodec(env.actionSpace);
  const [height, width, channels] = env.observationSpace.shape;
  const replay = new ReplayBuffer({
    capacity: pretrain.frames,
    height,
    width,
    channels: channels / part.frameStack,
    stack: part.frameStack,
    actionSize: actions.size,
    random: Random.stream(seed, 'replay'),
  });
  const learner = buildPretrainLearner(experiment, { height, width, channels });
  return { env, makeEnv, actions, learner, replay, engine: engine as unknown as Json };
}
