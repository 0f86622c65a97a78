import { InputError, nearest } from '../base/index.ts';
import { agents } from '../agents/index.ts';
import { encoders, isObjectiveFile, type EncoderEntry } from '../curl/index.ts';
import { augmentSteps, backbones } from '../encoders/index.ts';
import { isEnvFile, listEnvs } from '../envs/index.ts';
import { checkOptions, type Experiment } from '../runs/index.ts';
import { resolveCallbacks } from './callbacks/index.ts';

type Registry = Record<string, { options: Parameters<typeof checkOptions>[0] }>;

function unknownId(what: string, id: string, known: string[]): InputError {
  return new InputError(
    `${what}.id: there is no ${id}; did you mean ${nearest(id, known)}? Known: ${known.join(', ')}.`,
  );
}

/** A part of the experiment with the defaults of its own options filled in. */
function resolvePart(what: string, part: { id: string }, registry: Registry): { id: string } {
  const { id, ...options } = part;
  // What a file holds is known once it is loaded: `loadExternals` comes before the check then.
  if (what === 'encoder' && isObjectiveFile(id) && !Object.hasOwn(registry, id)) return part;
  if (!Object.hasOwn(registry, id)) throw unknownId(what, id, Object.keys(registry));
  return { id, ...(checkOptions(registry[id].options, options, { prefix: what }) as object) };
}

function checkEnvOptions({ id, ...options }: Experiment['env']): void {
  // What a file holds is known once it is loaded: `make` checks its options.
  if (isEnvFile(id)) return;
  const known = listEnvs();
  const entry = known.find((env) => env.id === id);
  if (!entry) {
    const near = nearest(
      id,
      known.map((env) => env.id),
    );
    throw new InputError(`env.id: there is no ${id}; did you mean ${near}? curlew envs lists them.`);
  }
  const names = entry.options.map((option) => option.name);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InputError(`unknown key env.${unknown}; did you mean env.${nearest(unknown, names)}?`);
}

/** Settings of learning from replay, and what PPO has in their place. */
const OFF_POLICY_ONLY: [key: string, isSet: (experiment: Experiment) => boolean, instead: string][] = [
  ['train.learningRate', ({ train }) => train.learningRate !== undefined, 'agent.learningRateSchedule'],
  ['train.exploration', ({ train }) => train.exploration !== undefined, 'agent.entropyCoefficient'],
  ['train.normaliseStates', ({ train }) => train.normaliseStates, 'agent.normaliseObservation'],
  ['train.collect', ({ train }) => train.collect === 'worker', 'agent.vectorization: async'],
  ['replay.nStep', ({ replay }) => replay.nStep > 1, 'agent.gaeLambda'],
  ['replay.prioritised', ({ replay }) => replay.prioritised, 'nothing'],
];

/** @throws InputError in one line for settings that an agent that learns from rollouts would pass over */
function checkRollouts(experiment: Experiment): void {
  const entry = (agents as Record<string, { learnsFrom?: string } | undefined>)[experiment.agent.id];
  if (entry?.learnsFrom !== 'rollouts' || experiment.pretrain) return;
  const found = OFF_POLICY_ONLY.find(([, isSet]) => isSet(experiment));
  if (!found) return;
  const [key, , instead] = found;
  throw new InputError(
    `${key} is for agents that learn from replay; ${experiment.agent.id} has ${instead} in its place.`,
  );
}

/** @throws InputError in one line for what only an agent in pixels can do */
function checkCentring({ env, pretrain, train: { centrePictures } }: Experiment): void {
  if (centrePictures === 'none') return;
  const why = pretrain
    ? 'a pretraining takes pictures as they are'
    : env.observation === 'state'
      ? 'states are no pictures; see train.normaliseStates'
      : null;
  if (why) throw new InputError(`train.centrePictures: ${why}; leave it out.`);
}

/** The augmentations with all of their options. */
function resolveAugment({ crop, ...roles }: Experiment['augment']): Experiment['augment'] {
  const resolved: Experiment['augment'] = crop === undefined ? {} : { crop };
  for (const role of ['views', 'second', 'agent'] as const) {
    const given = roles[role];
    if (given === undefined) continue;
    const steps = augmentSteps(given, `augment.${role}`);
    const resized = steps.findIndex(({ op, size }) => op === 'crop' || size !== undefined);
    if (resized >= 0) {
      throw new InputError(
        `augment.${role}.${resized}: the size of pictures is set by augment.crop; take shift or resizedCrop without a size.`,
      );
    }
    resolved[role] = steps;
  }
  return resolved;
}

/** @throws InputError in one line for what makes no sense without pictures */
function checkStates({ env, encoder, backbone, augment }: Experiment): void {
  if (env.observation !== 'state') {
    if (backbone.id === 'mlp')
      throw new InputError('backbone.id: mlp reads states; set env.observation=state.');
    return;
  }
  if (encoder.id !== 'none')
    throw new InputError(
      `encoder.id: ${encoder.id} learns from pictures; with env.observation=state take none.`,
    );
  if (backbone.id !== 'mlp')
    throw new InputError(`backbone.id: ${backbone.id} reads pictures; with env.observation=state take mlp.`);
  if (augment.crop !== undefined)
    throw new InputError('augment.crop: states cannot be cropped; leave it out with env.observation=state.');
}

/**
 * Checks an experiment against the registries and fills in the options of agent, encoder and backbone, so that
 * what is written to a run's folder says everything.
 * @throws InputError in one line: unknown ids and keys with the nearest known one, values that cannot work
 */
export function resolveExperiment(experiment: Experiment): Experiment {
  checkEnvOptions(experiment.env);
  checkStates(experiment);
  checkCentring(experiment);
  checkRollouts(experiment);
  const { augment, env } = experiment;
  if (augment.crop !== undefined && augment.crop > env.size) {
    throw new InputError(`augment.crop must be at most env.size (${env.size}), got ${augment.crop}.`);
  }
  const encoder = resolvePart('encoder', experiment.encoder, encoders);
  const paper = (encoder as { preset?: string }).preset === 'paper';
  const recipe = paper ? (encoders as Record<string, EncoderEntry>)[encoder.id]?.paperViews : undefined;
  return {
    ...experiment,
    augment: resolveAugment(augment.views === undefined ? { ...augment, ...recipe } : augment),
    // A pretraining has no agent, whatever its file says.
    agent: experiment.pretrain ? { id: 'none' } : resolvePart('agent', experiment.agent, agents),
    encoder,
    backbone: resolvePart('backbone', experiment.backbone, backbones),
    ...(experiment.callbacks && { callbacks: resolveCallbacks(experiment.callbacks) }),
  };
}
