import { z } from 'zod';
import { InputError, nearest } from '../base/index.ts';
import type { Env, EnvSpec } from './env.ts';

/** What `register` takes. */
export interface EnvRegistration {
  /** `[namespace/]Name-vN`, such as `control/CartpoleSwingup-v0`. */
  id: string;
  /** One line for lists. */
  description: string;
  /** Makes the bare environment from the options that its schema has checked. */
  create(options: Record<string, unknown>): Env<unknown, unknown> | Promise<Env<unknown, unknown>>;
  /** Steps of the environment itself until truncation; none when absent. */
  maxEpisodeSteps?: number;
  /** The environment's own options, beside those that `make` knows. */
  options?: z.ZodObject;
}

const ID = /^(?:[\w:-]+\/)?[\w:.-]+-v\d+$/;
const registrations = new Map<string, EnvRegistration>();

/** Options that every environment takes; `make` applies them with wrappers. */
export const makeOptions = z.strictObject({
  observation: z.enum(['pixels', 'state']).default('pixels').describe('pictures, or the true state vector'),
  size: z.int().positive().max(4096).default(84).describe('height and width of a picture in pixels'),
  grey: z.boolean().default(false).describe('pictures of one channel, brightness, instead of RGB'),
  actionRepeat: z.int().positive().default(1).describe('environment steps per agent step'),
  frameStack: z.int().positive().default(1).describe('observations stacked into one, oldest first'),
  maxEpisodeSteps: z
    .union([z.int().positive(), z.literal(-1)])
    .optional()
    .describe('environment steps until truncation; -1 for no limit'),
});

export type MakeOptions = z.input<typeof makeOptions>;

/**
 * Makes an environment known to `make` and `listEnvs`.
 * @throws InputError where the id is malformed or taken, or an option has a name that `make` uses.
 */
export function register(registration: EnvRegistration): void {
  const { id, options } = registration;
  if (!ID.test(id)) {
    throw new InputError(
      `The environment id ${id} does not work: write [namespace/]Name-vN, such as my/Maze-v0.`,
    );
  }
  if (registrations.has(id))
    throw new InputError(`An environment ${id} is already registered: raise its version.`);
  const clash = Object.keys(options?.shape ?? {}).find((name) => name in makeOptions.shape);
  if (clash) throw new InputError(`The option ${clash} of ${id} has a name that make() uses itself.`);
  registrations.set(id, registration);
}

/** @throws InputError for an unknown id, naming the nearest one. */
export function registrationOf(id: string): EnvRegistration {
  const found = registrations.get(id);
  if (found) return found;
  const near = nearest(id, [...registrations.keys()]);
  throw new InputError(`There is no environment ${id}${near ? `: did you mean ${near}?` : '.'}`);
}

/** One option of an environment, for lists and help. */
export interface OptionDescription {
  name: string;
  description: string;
  default?: unknown;
}

export interface EnvDescription {
  id: string;
  description: string;
  maxEpisodeSteps?: number;
  /** The environment's own options first, then those of `make`. */
  options: OptionDescription[];
}

function describeOptions(schema: z.ZodObject): OptionDescription[] {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  return fields.map(([name, field]) => {
    const fallback = field.safeParse(undefined);
    const known = fallback.success && fallback.data !== undefined;
    return { name, description: field.description ?? '', ...(known ? { default: fallback.data } : {}) };
  });
}

/** All registered environments, ordered by id. */
export function listEnvs(): EnvDescription[] {
  const ids = [...registrations.keys()].sort();
  return ids.map((id) => {
    const { description, maxEpisodeSteps, options } = registrations.get(id)!;
    const own = options ? describeOptions(options) : [];
    return { id, description, maxEpisodeSteps, options: [...own, ...describeOptions(makeOptions)] };
  });
}

function parse<S extends z.ZodObject>(schema: S, values: Record<string, unknown>, id: string): z.output<S> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new InputError(`The option ${path.join('.')} of ${id} does not work: ${message}.`);
}

/**
 * Checks options for an id and splits them into those of `make` and those of the environment.
 * @throws InputError for an unknown option, naming the nearest known one, or for a value that cannot work.
 */
export function resolveOptions(registration: EnvRegistration, given: Record<string, unknown>) {
  const { id, options: ownSchema = z.strictObject({}) } = registration;
  const known = [...Object.keys(makeOptions.shape), ...Object.keys(ownSchema.shape)];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new InputError(`${id} has no option ${unknown}: did you mean ${near}?`);
  }
  const pick = (schema: z.ZodObject) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => name in schema.shape));
  const common = parse(makeOptions, pick(makeOptions), id);
  const own = parse(ownSchema, pick(ownSchema), id);
  const limit = common.maxEpisodeSteps ?? registration.maxEpisodeSteps;
  const maxEpisodeSteps = limit === -1 ? undefined : limit;
  const spec: EnvSpec = {
    id,
    description: registration.description,
    maxEpisodeSteps,
    options: { ...common, ...own },
  };
  return { common, own, spec };
}
