import { InputError, Random, type Json } from '../base/index.ts';
import { agents, imageShape, type ActionSpace, type Ppo, type PpoOptions } from '../agents/index.ts';
import { encoders, type EncoderEntry } from '../curl/index.ts';
import {
  Augmenter,
  PictureCentre,
  backbones,
  centredBackbone,
  newEncoder,
  type AugmentRecipe,
  type Backbone,
  type ImageShape,
} from '../encoders/index.ts';
import { startEngine } from '../engine/index.ts';
import { AsyncVectorEnv, SyncVectorEnv } from '../envs/index.ts';
import { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import { actionCodec } from './actions.ts';
import { checkActions, entryOf, makeEnv, observationShape, options, taskOf } from './build.ts';
import { OnPolicyLearner } from './on-policy-learner.ts';
import { loadExternals } from './externals.ts';
import { resolveExperiment } from './resolve.ts';
import type { OnPolicyParts, PixelEnv } from './types.ts';
import type { VectorEnv } from './vector-interaction.ts';

/** Frames of a buffer are allocated in pieces of this many bytes: rollouts are small. */
const CHUNK_BYTES = 8 * 2 ** 20;

/** Whether the agent of an experiment learns from rollouts. */
export function isOnPolicy({ agent: { id } }: Experiment): boolean {
  const entry = (agents as Record<string, { learnsFrom?: string }>)[id] as
    { learnsFrom?: string } | undefined;
  return entry?.learnsFrom === 'rollouts';
}

/** Environments side by side that never reset by themselves; the first one of `sync` is `first`. */
async function makeVector(experiment: Experiment, first: PixelEnv, agent: PpoOptions): Promise<VectorEnv> {
  const { numEnvs, vectorization } = agent;
  if (vectorization === 'sync') {
    const others = Array.from({ length: numEnvs - 1 }, () => makeEnv(experiment));
    return new SyncVectorEnv([first, ...(await Promise.all(others))], { autoreset: 'disabled' });
  }
  const { id, ...given } = experiment.env;
  const envs = await AsyncVectorEnv.create<Uint8Array | Float32Array>(
    id,
    { numEnvs, autoreset: 'disabled' },
    given,
  );
  // Workers give states as numbers; everywhere else they travel as bytes.
  const bytes = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) =>
    new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  return {
    numEnvs,
    reset: async (how) => ({ observations: bytes((await envs.reset(how)).observations) }),
    step: async (actions) => {
      const step = await envs.step(actions);
      return { ...step, observations: bytes(step.observations) };
    },
    states: () => envs.states(),
    restore: async (saved) => ({ observations: bytes((await envs.restore(saved)).observations) }),
    close: () => envs.close(),
  };
}

function checkSizes({ numEnvs, numSteps, minibatches }: PpoOptions): void {
  if (minibatches > numEnvs * numSteps) {
    throw new InputError(
      `agent.minibatches must be at most agent.numEnvs * agent.numSteps (${numEnvs * numSteps}), got ${minibatches}.`,
    );
  }
}

/**
 * The agent of a resolved experiment with its objective, for observations and actions of these shapes.
 * @throws InputError in one line where the parts do not fit together
 */
export function buildOnPolicyLearner(
  experiment: Experiment,
  observation: ImageShape,
  actions: ActionSpace,
): OnPolicyLearner {
  const { agent: agentPart, encoder: encoderPart, backbone: backbonePart, seed, train } = experiment;
  const ppo = options(agentPart) as PpoOptions;
  const task = taskOf(experiment, observation, actions);
  const image = imageShape(task.observation);
  const centre = new PictureCentre(train.centrePictures, image);
  const backbone = centredBackbone(entryOf<Backbone>(backbones, backbonePart.id), centre);
  const backboneOptions = options(backbonePart);
  const agent: Ppo = agents.ppo.create({ task, options: ppo, backbone, backboneOptions, seed });
  const contrastive = entryOf<EncoderEntry>(encoders, encoderPart.id).create({
    encoder: agent.encoder,
    targetEncoder: agent.targetEncoder,
    newEncoder: (random) => newEncoder(backbone, backboneOptions, image, random),
    options: options(encoderPart),
    seed,
  });
  return new OnPolicyLearner({
    agent,
    contrastive,
    centre,
    observation,
    crop: task.observation.kind === 'state' ? 1 : image.height,
    batchSize: train.batchSize,
    augmenter: new Augmenter(experiment.augment as AugmentRecipe, Random.stream(seed, 'augment')),
    seed,
  });
}

/**
 * Builds all parts of an on-policy run from its experiment, and starts its engine.
 * @throws InputError in one line where the parts do not fit together
 */
export async function buildOnPolicy(given: Experiment): Promise<OnPolicyParts> {
  await loadExternals(given);
  const experiment = resolveExperiment(given);
  const ppo = options(experiment.agent) as PpoOptions;
  checkSizes(ppo);
  const engine = await startEngine(experiment.engine);
  const env = await makeEnv(experiment);
  const actions = actionCodec(env.actionSpace);
  checkActions(experiment, actions.space);
  const observation = observationShape(env);
  const learner = buildOnPolicyLearner(experiment, observation, actions.space);
  const rollout = {
    steps: ppo.numSteps,
    envs: ppo.numEnvs,
    bytes: observation.height * observation.width * observation.channels,
    actionSize: actions.size,
  };
  const replay = learner.contrastive
    ? new ReplayBuffer({
        capacity: ppo.objectiveOn === 'rollout' ? rollout.steps * rollout.envs : experiment.replay.capacity,
        height: observation.height,
        width: observation.width,
        channels: observation.channels / experiment.env.frameStack,
        stack: experiment.env.frameStack,
        actionSize: actions.size,
        random: Random.stream(experiment.seed, 'replay'),
        chunkBytes: CHUNK_BYTES,
      })
    : null;
  return {
    env,
    makeEnv: () => makeEnv(experiment),
    makeVector: () => makeVector(experiment, env, ppo),
    actions,
    rollout,
    learner,
    replay,
    engine: engine as unknown as Json,
  };
}
