import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { InputError, nearest, readText } from '../base/index.ts';
import { checkOptions } from './check.ts';
import type { Override } from './parse.ts';
import { parseYaml } from './yaml-source.ts';

const SHIPPED = fileURLToPath(new URL('../../experiments/methods/', import.meta.url));

const dotted = z.record(z.string(), z.unknown()).default({});

/** A file of `experiments/methods/`: an algorithm as settings of an experiment. */
export const methodSchema = z.strictObject({
  description: z.string(),
  set: dotted.describe(
    'dotted keys that make the method; null takes the default. They go over an experiment file',
  ),
  defaults: dotted.describe(
    'dotted keys for an experiment that is nothing but the method and an environment',
  ),
});

/** A method by name. */
export interface Method extends z.output<typeof methodSchema> {
  id: string;
}

/** Names of the methods that come with Curlew. */
export function listMethods(): string[] {
  const files = existsSync(SHIPPED) ? readdirSync(SHIPPED).filter((file) => file.endsWith('.yaml')) : [];
  return files.map((file) => file.replace(/\.yaml$/, '')).sort();
}

/** A method that comes with Curlew, or one in a file of the same form. @throws InputError in one line */
export function readMethod(name: string): Method {
  const known = listMethods();
  const path = known.includes(name) ? join(SHIPPED, `${name}.yaml`) : name;
  if (!existsSync(path)) {
    throw new InputError(
      `there is no method ${name}; did you mean ${nearest(name, known)}? Known: ${known.join(', ')}.`,
    );
  }
  const source = parseYaml(readText(path, 'method file'), path);
  const method = checkOptions(methodSchema, source.value ?? {}, { where: (key) => source.where(key) });
  return { id: name.replace(/^.*\//, '').replace(/\.ya?ml$/, ''), ...method };
}

/** Dotted keys as overrides of an experiment (see `parseExperiment`). */
export function overridesOf(settings: Record<string, unknown>): Override[] {
  return Object.entries(settings).map(([key, value]) => ({ key, value: JSON.stringify(value) }));
}
