import { InputError, Random, type Json } from '../base/index.ts';
import { agents, imageShape } from '../agents/index.ts';
import type { ActionSpace, Agent, AgentEntry, Task } from '../agents/index.ts';
import { encoders, type EncoderEntry } from '../curl/index.ts';
import {
  Augmenter,
  PictureCentre,
  backbones,
  centredBackbone,
  newEncoder,
  type AugmentRecipe,
  type Backbone,
} from '../encoders/index.ts';
import { startEngine } from '../engine/index.ts';
import { make, makeVec } from '../envs/index.ts';
import { ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import { actionCodec } from './actions.ts';
import { PixelLearner } from './pixel-learner.ts';
import { loadExternals } from './externals.ts';
import { resolveExperiment } from './resolve.ts';
import { StateBytes } from './state-bytes.ts';
import { StateLearner } from './state-learner.ts';
import type { Learner, Parts, PixelEnv } from './types.ts';
import type { WorkerEnv } from './worker-env.ts';

type Shape = { height: number; width: number; channels: number };

export async function makeEnv({ env: { id, ...options } }: Experiment): Promise<PixelEnv> {
  if (options.observation !== 'state') return (await make(id, options)) as PixelEnv;
  return new StateBytes(await make(id, { ...options, observation: 'state' }));
}

/** The environment alone on a worker thread. Its states come as numbers, not bytes. */
async function makeWorker({ env: { id, ...options } }: Experiment): Promise<WorkerEnv> {
  const envs = await makeVec(id, {
    ...options,
    numEnvs: 1,
    vectorization: 'async',
    autoreset: 'disabled',
  });
  return {
    reset: (how) => envs.reset(how),
    // Not `step`, which would sleep while there are updates to do.
    step: (actions) => {
      envs.stepAsync(actions);
      return envs.stepWait();
    },
    states: () => envs.states(),
    restore: (saved) => envs.restore(saved),
    close: () => envs.close(),
  };
}

export function observationShape(env: PixelEnv): Shape {
  const [height, width, channels] = env.observationSpace.shape;
  return { height, width, channels };
}

/** Looks an entry up by its id; `resolveExperiment` has checked that it is there. */
export function entryOf<Entry>(registry: Record<string, unknown>, id: string): Entry {
  return registry[id] as Entry;
}

export function options({ id: _id, ...rest }: { id: string }): unknown {
  return rest;
}

/** A task as an agent sees it: observations of this shape in bytes, and what a codec says of actions. */
export function taskOf({ env, augment }: Experiment, observation: Shape, actions: ActionSpace): Task {
  if (env.observation === 'state') {
    const size = observation.channels / Float32Array.BYTES_PER_ELEMENT;
    return { observation: { kind: 'state', size }, actions };
  }
  const crop = augment.crop ?? observation.height;
  const image = { height: crop, width: crop, channels: observation.channels };
  return { observation: { kind: 'pixels', image }, actions };
}

/** @throws InputError in one line where an agent cannot act in a task, naming those that can. */
export function checkActions(experiment: Experiment, { kind, ...actions }: ActionSpace): void {
  const { id } = experiment.agent;
  const entries = Object.entries(agents as Record<string, Pick<AgentEntry, 'actions'>>);
  const acts = entryOf<Pick<AgentEntry, 'actions'>>(agents, id).actions;
  if (acts.includes(kind)) return;
  const fit = entries.filter(([, entry]) => entry.actions.includes(kind)).map(([name]) => name);
  const [count, what] = 'choices' in actions ? [actions.choices, 'discrete'] : [actions.size, 'continuous'];
  const given = `${count} ${what} action${count === 1 ? '' : 's'}`;
  const hint = fit.length > 0 ? `; take ${fit.join(' or ')}` : '';
  throw new InputError(
    `agent.id: ${id} acts in ${acts.join(' and ')} spaces; ${experiment.env.id} has ${given}${hint}.`,
  );
}

/**
 * Refuses an experiment whose agent cannot act in its environment, before there is anything on the disk.
 * @throws InputError in one line
 */
export async function checkTask(given: Experiment): Promise<void> {
  await loadExternals(given);
  const experiment = resolveExperiment(given);
  if (experiment.pretrain) return;
  const { actions } = entryOf<Pick<AgentEntry, 'actions'>>(agents, experiment.agent.id);
  // Making an environment takes a moment: not for agents that act anywhere.
  if (actions.length > 1) return;
  const env = await makeEnv(experiment);
  try {
    checkActions(experiment, actionCodec(env.actionSpace).space);
  } finally {
    env.close();
  }
}

/** The learner of a resolved experiment, for observations of this shape in bytes, and these actions. */
export function buildLearner(experiment: Experiment, observation: Shape, actions: ActionSpace): Learner {
  const { agent: agentPart, encoder: encoderPart, backbone: backbonePart, seed } = experiment;
  const task = taskOf(experiment, observation, actions);
  const image = imageShape(task.observation);
  const centre = new PictureCentre(experiment.train.centrePictures, image);
  const backbone = centredBackbone(entryOf<Backbone>(backbones, backbonePart.id), centre);
  const backboneOptions = options(backbonePart);
  const agent: Agent = entryOf<AgentEntry>(agents, agentPart.id).create({
    task,
    options: options(agentPart),
    backbone,
    backboneOptions,
    seed,
  });
  const { discount } = agentPart as unknown as { discount: number };
  const draw = { batchSize: experiment.train.batchSize, nStep: experiment.replay.nStep, discount };
  const { normaliseStates: normalise } = experiment.train;
  if (task.observation.kind === 'state') return new StateLearner({ agent, task, draw, normalise });
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
    centre,
    observation,
    crop: image.height,
    draw,
    augmenter: new Augmenter(experiment.augment as AugmentRecipe, Random.stream(seed, 'augment')),
  });
}

/**
 * Builds all parts of a run from its experiment, and starts its engine.
 * @throws InputError in one line where the parts do not fit together
 */
export async function build(given: Experiment): Promise<Parts> {
  await loadExternals(given);
  const experiment = resolveExperiment(given);
  const engine = await startEngine(experiment.engine);
  const env = await makeEnv(experiment);
  const codec = actionCodec(env.actionSpace);
  checkActions(experiment, codec.space);
  const observation = observationShape(env);
  const { capacity, prioritised, ...priority } = experiment.replay;
  const replay = new ReplayBuffer({
    capacity,
    ...(prioritised && {
      priorities: {
        exponent: priority.priorityExponent,
        importance: priority.importanceExponent,
        importanceSteps: priority.importanceSteps,
      },
    }),
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
    ...(experiment.train.collect === 'worker' && { worker: await makeWorker(experiment) }),
    actions: codec,
    learner: buildLearner(experiment, observation, codec.space),
    replay,
    engine: engine as unknown as Json,
  };
}
