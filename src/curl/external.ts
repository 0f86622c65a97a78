import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { InputError, Random, joinSnapshots, messageOf, nearest, partOf } from '../base/index.ts';
import * as encoderParts from '../encoders/index.ts';
import { Parameters, emaStep, stopGradient, tf, uniform } from '../engine/index.ts';
import { Branch, MomentumBranch, weightsOf } from './branch.ts';
import { health, spread } from './health.ts';
import { ContrastiveLearner, learnerOptions, type EncoderEntry } from './learner.ts';
import type { LearnerOptions, Objective, ObjectiveContext } from './objective.ts';

const {
  EmbeddingQueue,
  ProjectionHead,
  accuracy,
  batchInfoNce,
  crossEntropy,
  headLayers,
  normalise,
  ntXent,
} = encoderParts;

/**
 * What an objective in a file of its own needs from here. It is handed over, so that the file imports nothing but types
 * and works from any folder, with the very engine that trains it.
 */
export const objectiveKit = {
  ...{ Branch, EmbeddingQueue, MomentumBranch, Parameters, ProjectionHead, Random },
  ...{ accuracy, batchInfoNce, crossEntropy, headLayers, normalise, ntXent },
  ...{
    emaStep,
    health,
    joinSnapshots,
    learnerOptions,
    partOf,
    spread,
    stopGradient,
    tf,
    uniform,
    weightsOf,
    z,
  },
} as const;

export type ObjectiveKit = typeof objectiveKit;

/** An objective as a file gives it: like an entry of the registry, but it makes the objective alone. */
export interface ExternalObjective<Options = unknown> {
  description: string;
  /** Usually `kit.learnerOptions.extend({ ... })`. */
  options: z.ZodType<Options>;
  create(context: ObjectiveContext<Options>): Objective;
}

/** Whether an id names a file, such as `./my-objective.ts#SimSiam`, instead of something registered. */
export function isObjectiveFile(id: string): boolean {
  return /\.[cm]?[jt]s(#|$)/.test(id);
}

async function load(id: string, path: string): Promise<Record<string, unknown>> {
  if (!existsSync(path)) throw new InputError(`encoder.id: ${id}: there is no file ${path}.`);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw new InputError(`encoder.id: ${id}: the file does not load (${messageOf(error)}).`);
  }
}

/**
 * The registry entry behind an id of the form `FILE#NAME`: the file, relative to the working folder, exports NAME, a
 * function that gets the `objectiveKit` and gives an `ExternalObjective`.
 * @throws InputError in one line where the file does not load, or does not hold an objective under that name
 */
export async function externalObjective(id: string): Promise<EncoderEntry> {
  const [file, name = ''] = id.split('#');
  const module = await load(id, resolve(file));
  const exported = Object.keys(module).filter((key) => typeof module[key] === 'function');
  if (!exported.includes(name)) {
    const near = (name === '' ? exported[0] : nearest(name, exported)) ?? 'NAME';
    const what = name === '' ? 'which of its objectives is meant' : `it exports no function ${name}`;
    throw new InputError(`encoder.id: ${id}: ${what}; write ${file}#${near}.`);
  }
  const made = (module[name] as (kit: ObjectiveKit) => Partial<ExternalObjective>)(objectiveKit);
  const { description = `${name} of ${file}`, options, create } = made;
  if (!(options instanceof z.ZodType) || typeof create !== 'function') {
    throw new InputError(
      `encoder.id: ${id}: ${name} must return { description, options, create }, with options made by kit.z.`,
    );
  }
  return {
    description,
    options,
    create(context) {
      // The file may leave out the options of training, or some of them.
      const training = { ...learnerOptions.parse({}), ...(context.options as Partial<LearnerOptions>) };
      return new ContrastiveLearner(create(context), training, context.encoder);
    },
  };
}
