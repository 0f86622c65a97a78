import { InputError, Random, type Json } from '../base/index.ts';
import { agents, type Agent, type AgentEntry } from '../agents/index.ts';
import { encoders, type EncoderEntry } from '../curl/index.ts';
import { Augmenter, backbones, newEncoder, type AugmentRecipe, type Backbone } from '../encoders/index.ts';
import { startEngine } from '../engine/index.ts';
import { make } from '../envs/index.ts';
import { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import { actionCodec } from './actions.ts';
import { PixelLearner } from './pixel-learner.ts';
import { resolveExperiment } from './resolve.ts';
import type { Parts, PixelEnv } from './types.ts';

type Shape = { height: number; width: number; channels: number };

async function makeEnv({ env: { id, ...options } }: Experiment): Promise<PixelEnv> {
  return (await make(id, { ...options, observation: 'pixels' })) as PixelEnv;
}

function observationShape(env: PixelEnv): Shape {
  const [height, width, channels] = env.observationSpace.shape;
  return { height, width, channels };
}

/** Looks an entry up by its id; `resolveExperiment` has checked that it is there. */
function entryOf<Entry>(registry: Record<string, unknown>, id: string): Entry {
  return registry[id] as Entry;
}

function options({ id: _id, ...rest }: { id: string }): unknown {
  return rest;
}

/** The learner of a resolved experiment, for observations and actions of these sizes. */
export function buildLearner(experiment: Experiment, observation: Shape, actionSize: number): PixelLearner {
  const { agent: agentPart, encoder: encoderPart, backbone: backbonePart, seed } = experiment;
  const crop = experiment.augment.crop ?? observation.height;
  const image = { height: crop, width: crop, channels: observation.channels };
  const backbone = entryOf<Backbone>(backbones, backbonePart.id);
  const backboneOptions = options(backbonePart);
  const agent: Agent = entryOf<AgentEntry>(agents, agentPart.id).create({
    task: { image, actionSize },
    options: options(agentPart),
    backbone,
    backboneOptions,
    seed,
  });
  const contrastive = entryOf<EncoderEntry>(encoders, encoderPart.id).create({
    encoder: agent.encoder,
    targetEncoder: agent.targetEncoder,
    newEncoder: (random) => newEncoder(backbone, backboneOptions, image, random),
    options: options(encoderPart),
    seed,
  });
  return new PixelLearner({
    agent,
    contrastive,
    observation,
    crop,
    actionSize,
    batchSize: experiment.train.batchSize,
    augmenter: new Augmenter(experiment.augment as AugmentRecipe, Random.stream(seed, 'augment')),
  });
}

/**
 * Builds all parts of a run from its experiment, and starts its engine.
 * @throws InputError in one line where the parts do not fit together
 */
export async function build(given: Experiment): Promise<Parts> {
  const experiment = resolveExperiment(given);
  const engine = await startEngine(experiment.engine);
  const env = await makeEnv(experiment);
  const codec = actionCodec(env.actionSpace);
  if (codec.choices !== null) {
    throw new InputError(
      `agent.id: ${experiment.agent.id} acts in continuous spaces; ${experiment.env.id} has ${codec.choices} discrete actions.`,
    );
  }
  const observation = observationShape(env);
  const replay = new ReplayBuffer({
    capacity: experiment.replay.capacity,
    height: observation.height,
    width: observation.width,
    channels: observation.channels / experiment.env.frameStack,
    stack: experiment.env.frameStack,
    actionSize: codec.size,
    random: Random.stream(experiment.seed, 'replay'),
  });
  return {
    env,
    makeEnv: () => makeEnv(experiment),
    actions: codec,
    learner: buildLearner(experiment, observation, codec.size),
    replay,
    engine: engine as unknown as Json,
  };
}
