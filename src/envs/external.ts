import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { InputError, messageOf, nearest } from '../base/index.ts';
import type { Env } from './env.ts';
import { kit, type EnvKit } from './kit.ts';
import type { EnvRegistration } from './registry.ts';

/** What a file may say about its environment, as static fields of the class or fields of the function. */
interface Declared {
  description?: string;
  maxEpisodeSteps?: number;
  /** The environment's own options; it takes none where this is absent. */
  options?: z.ZodObject | ((z: EnvKit['z']) => z.ZodObject);
}

type Any = Env<unknown, unknown>;
type Maker = (options: Record<string, unknown>, kit: EnvKit) => Any | Promise<Any>;
type Constructor = new (options: Record<string, unknown>, kit: EnvKit) => Any;

/** Whether an id names a file, such as `./my-env.ts#MyEnv`, instead of something registered. */
export function isEnvFile(id: string): boolean {
  return /\.[cm]?[jt]s(#|$)/.test(id);
}

async function load(id: string, path: string): Promise<Record<string, unknown>> {
  if (!existsSync(path)) throw new InputError(`${id}: there is no file ${path}.`);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const hint = messageOf(error).includes('Unknown file extension')
      ? '; Node.js reads TypeScript from 22.18 on, older ones need the file compiled to JavaScript'
      : '';
    throw new InputError(`${id}: the file does not load (${messageOf(error)}${hint}).`);
  }
}

const isClass = (value: unknown) =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/**
 * The registration behind an id of the form `FILE#NAME`: the file, relative to the working folder, exports NAME, a
 * class whose constructor takes options and the `kit`, or a function that makes an environment of them.
 * @throws InputError in one line where the file does not load or does not export it.
 */
export async function externalEnv(id: string): Promise<EnvRegistration> {
  const [file, name] = id.split('#');
  const path = resolve(file);
  const module = await load(id, path);
  const exported = Object.keys(module).filter((key) => typeof module[key] === 'function');
  if (!name || !exported.includes(name)) {
    const near = name ? (nearest(name, exported) ?? 'NAME') : (exported[0] ?? 'NAME');
    const what = name ? `does not export a class or function ${name}` : 'holds the environment under a name';
    throw new InputError(`${id}: the file ${what}; write ${file}#${near}.`);
  }
  const found = module[name] as (Maker | Constructor) & Declared;
  const { description = `${name} of ${file}`, maxEpisodeSteps, options } = found;
  return {
    id,
    description,
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(options === undefined ? {} : { options: typeof options === 'function' ? options(kit.z) : options }),
    create: (own) => (isClass(found) ? new (found as Constructor)(own, kit) : (found as Maker)(own, kit)),
  };
}
