import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, messageOf, nearest } from '../../base/index.ts';
import { checkOptions, type Experiment } from '../../runs/index.ts';
import type { Callback, CallbackContext, CallbackEntry } from './callback.ts';
import { Callbacks } from './callbacks.ts';
import { checkpointAt, evaluationAt } from './moments.ts';
import { stopAtReturn, stopOnNoImprovement } from './stopping.ts';

/** Callbacks by name: adding one is an entry and a line here. */
export const callbacks = {
  'stop-at-return': stopAtReturn,
  'stop-on-no-improvement': stopOnNoImprovement,
  checkpoint: checkpointAt,
  evaluation: evaluationAt,
};

type Listed = NonNullable<Experiment['callbacks']>[number];

const isFile = (id: string) => /\.[cm]?[jt]s$/.test(id);
const withId = (given: Listed) => (typeof given === 'string' ? { id: given } : given);

/**
 * The list with all options filled in.
 * @throws InputError in one line for names and options that do not exist; files are looked into when the run starts
 */
export function resolveCallbacks(listed: readonly Listed[]): { id: string }[] {
  return listed.map((given, i) => {
    const { id, ...options } = withId(given);
    if (isFile(id)) return { id, ...options };
    if (!Object.hasOwn(callbacks, id)) {
      const known = Object.keys(callbacks);
      throw new InputError(
        `callbacks.${i}: there is no ${id}; did you mean ${nearest(id, known)}? Known: ${known.join(', ')}, ./FILE.ts.`,
      );
    }
    const { options: schema } = (callbacks as Record<string, CallbackEntry>)[id];
    return { id, ...(checkOptions(schema, options, { prefix: `callbacks.${i}` }) as object) };
  });
}

type Create = (options: Record<string, unknown>, context: CallbackContext) => Callback;

async function fromFile(id: string): Promise<Create> {
  const path = resolve(id);
  if (!existsSync(path)) throw new InputError(`callbacks: there is no file ${path}.`);
  let module: { create?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (error) {
    throw new InputError(`callbacks: ${id} does not load (${messageOf(error)}).`);
  }
  if (typeof module.create !== 'function') {
    throw new InputError(
      `callbacks: ${id} exports no function create; write export function create(options) {}.`,
    );
  }
  return module.create as Create;
}

/** Makes the callbacks of an experiment. @throws InputError in one line */
export async function loadCallbacks(experiment: Experiment): Promise<Callbacks> {
  const made: Callback[] = [];
  for (const { id, ...options } of resolveCallbacks(experiment.callbacks ?? [])) {
    const create = isFile(id)
      ? await fromFile(id)
      : ((callbacks as Record<string, CallbackEntry>)[id].create as Create);
    made.push(create(options, { experiment }));
  }
  return new Callbacks(made);
}
