import { encoders, externalObjective, isObjectiveFile, type EncoderEntry } from '../curl/index.ts';
import type { Experiment } from '../runs/index.ts';

/**
 * Registers what an experiment takes from files of the user's own, so that everything else finds it by its id.
 * Environments need none of this: `make` loads them.
 * @throws InputError in one line
 */
export async function loadExternals({ encoder: { id } }: Pick<Experiment, 'encoder'>): Promise<void> {
  const registry = encoders as Record<string, EncoderEntry>;
  if (isObjectiveFile(id) && !Object.hasOwn(registry, id)) registry[id] = await externalObjective(id);
}
