import { InputError, partOf } from '../base/index.ts';
import type { PictureCentre, PixelEncoder } from '../encoders/index.ts';
import { experimentOf, type Experiment } from '../runs/index.ts';
import type { Acting } from './acting.ts';
import { buildParts } from './parts.ts';
import { checkpointsOf } from './run-checkpoints.ts';
import type { ActingParts, Policy } from './types.ts';

/** The pixel networks of a learner: what is trained, and the copies that start equal to it. */
interface Encoders {
  encoder: PixelEncoder;
  targetEncoder?: PixelEncoder;
}

/** A learner's encoders: its own, or its agent's. Null where it has none, as one that reads states. */
function encodersOf(learner: Acting): Encoders | null {
  const own = learner as Partial<Encoders> & { agent?: Partial<Encoders> };
  const holder = own.encoder ? own : own.agent;
  return holder?.encoder?.trunk ? (holder as Encoders) : null;
}

/** What a learner's pictures are moved by; null for what takes them as they are. */
function centreOf(learner: Acting): PictureCentre | null {
  const { centre } = learner as { centre?: PictureCentre };
  return centre && centre.kind !== 'none' ? centre : null;
}

/** The encoder of a run, with the environment it belongs to. */
export interface SavedEncoder {
  experiment: Experiment;
  encoder: PixelEncoder;
  parts: ActingParts;
  /** Agent steps of the run when it was saved; updates of a pretraining. */
  agentStep: number;
  /** The run's mean action; null for a pretraining. */
  policy: Policy | null;
  /** Remarks for people, such as a damaged checkpoint that was passed over. */
  notes: string[];
  close(): void;
}

/**
 * Loads the encoder of a trained agent's run, or of a pretraining.
 * @throws InputError where there is none to load; RunError where all checkpoints are damaged
 */
export async function loadEncoder(
  folder: string,
  which: 'newest' | 'best' = 'newest',
): Promise<SavedEncoder> {
  const experiment = experimentOf(folder);
  const checkpoints = checkpointsOf(folder, experiment);
  const newest = which === 'newest' ? checkpoints.newest() : null;
  const checkpoint = newest ?? checkpoints.best();
  if (!checkpoint) throw new InputError(`${folder} has no checkpoint yet: let it train until its first one.`);
  // Where an engine runs already, it serves.
  const parts = await buildParts({ ...experiment, engine: { name: 'auto', profile: false } });
  const close = () => {
    parts.env.close();
    parts.learner.dispose();
  };
  const encoders = encodersOf(parts.learner);
  if (!encoders) {
    close();
    throw new InputError(`${folder} has no pixel encoder: its agent reads the true state.`);
  }
  parts.learner.restore(partOf(checkpoint.snapshot, 'learner'));
  return {
    experiment,
    encoder: encoders.encoder,
    parts,
    agentStep: checkpoint.agentStep,
    policy: experiment.pretrain
      ? null
      : (observation) => parts.learner.act(observation, { deterministic: true }),
    notes: newest?.notes ?? [],
    close,
  };
}

/** @throws InputError in one line that names the first tensor which does not fit */
function checkFits(own: PixelEncoder, given: PixelEncoder, folder: string): void {
  const shapes = new Map([...given.parameters.entries()].map(([name, { shape }]) => [name, shape.join('x')]));
  const how = 'take the same backbone, env.frameStack and augment.crop (or env.size) as there';
  for (const [name, { shape }] of own.parameters.entries()) {
    const other = shapes.get(name);
    if (other === undefined)
      throw new InputError(`encoderFrom: the encoder of ${folder} has no ${name}; ${how}.`);
    if (other !== shape.join('x')) {
      throw new InputError(
        `encoderFrom: ${name} is ${other} in ${folder} and ${shape.join('x')} here; ${how}.`,
      );
    }
  }
}

/**
 * Starts a learner's encoder (convolutions and the head that the critic reads) and its momentum copy from the encoder
 * of another run. All else of the agent, an actor's head of its own too, stays as it was drawn.
 * @throws InputError in one line where the two do not fit
 */
export async function startEncoderFrom(learner: Acting, folder: string): Promise<void> {
  const own = encodersOf(learner);
  if (!own) throw new InputError('encoderFrom: this agent reads the true state and has no pixel encoder.');
  const source = await loadEncoder(folder);
  try {
    checkFits(own.encoder, source.encoder, folder);
    const [here, there] = [centreOf(learner), centreOf(source.parts.learner)];
    if (here?.kind !== there?.kind) {
      const [wanted, given] = [there, here].map((centre) => centre?.kind ?? 'none');
      throw new InputError(
        `encoderFrom: train.centrePictures is ${wanted} in ${folder} and ${given} here; set it to ${wanted}.`,
      );
    }
    if (there) here?.copyFrom(there);
    own.encoder.parameters.copyFrom(source.encoder.parameters);
    own.targetEncoder?.parameters.copyFrom(source.encoder.parameters);
  } finally {
    source.close();
  }
}

/**
 * The agent of a run, to act in the environment of another experiment.
 * @throws InputError where that agent does not see what this environment shows
 */
export async function loadPolicy(
  folder: string,
  { env }: Experiment,
): Promise<{ policy: Policy; close(): void }> {
  const source = await loadEncoder(folder);
  const { policy, experiment, close } = source;
  const odd = (['id', 'size', 'frameStack'] as const).find((key) => experiment.env[key] !== env[key]);
  if (policy && odd === undefined) return { policy, close };
  close();
  if (!policy)
    throw new InputError(`pretrain.policyFrom: ${folder} is a pretraining; it has no agent that acts.`);
  throw new InputError(
    `pretrain.policyFrom: env.${odd} is ${experiment.env[odd!]} in ${folder} and ${env[odd!]} here.`,
  );
}
