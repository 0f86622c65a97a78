import { readText, InputError } from '../base/index.ts';
import { checkOptions } from './check.ts';
import { experimentSchema, type Experiment } from './experiment.ts';
import { keysOf, schemaNode, type KeyInfo } from './schema-text.ts';
import { parseYaml } from './yaml-source.ts';

/** `--set key=value` on the command line. */
export interface Override {
  key: string;
  value: string;
}
export type Overrides = Record<string, string> | readonly Override[];

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const overrideList = (overrides: Overrides): readonly Override[] =>
  Array.isArray(overrides)
    ? (overrides as readonly Override[])
    : Object.entries(overrides as Record<string, string>).map(([key, value]) => ({ key, value }));

const spelled = ({ key, value }: Override) => `--set ${key}=${value}`.split('\n')[0];

/**
 * Splits the arguments of `--set`.
 * @throws InputError when one has no `=`.
 */
export function parseOverrides(texts: readonly string[]): Override[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new InputError(`--set ${text}: write a dotted key and its value, such as train.batchSize=64.`);
    return { key: text.slice(0, at).trim(), value: text.slice(at + 1) };
  });
}

/** Sets one dotted key; `null` removes it, so that its default holds again. */
function applyOverride(data: Mapping, override: Override): void {
  const source = spelled(override);
  const keys = override.key.split('.');
  if (keys.some((key) => key === '' || key === '__proto__'))
    throw new InputError(`${source}: the key must be dotted words, such as train.batchSize.`);
  const { value } = parseYaml(override.value, source, { positions: false });
  let at = data;
  for (const [depth, key] of keys.slice(0, -1).entries()) {
    const child = Object.hasOwn(at, key) ? at[key] : undefined;
    if (child !== undefined && !isMapping(child)) {
      const parent = keys.slice(0, depth + 1).join('.');
      throw new InputError(`${source}: ${parent} is ${JSON.stringify(child)}, it holds no keys.`);
    }
    at = at[key] = { ...child };
  }
  const last = keys[keys.length - 1];
  if (value === null) Reflect.deleteProperty(at, last);
  else at[last] = value;
}

/** What states need in place of the defaults for pictures: a network of vectors, no objective, no stack. */
function withStateDefaults(data: Mapping): Mapping {
  const { env } = data;
  if (!isMapping(env) || env.observation !== 'state') return data;
  const part = (key: string, id: string) => {
    const given = data[key] ?? {};
    return isMapping(given) ? { id, ...given } : given;
  };
  return {
    ...data,
    env: { frameStack: 1, ...env },
    encoder: part('encoder', 'none'),
    backbone: part('backbone', 'mlp'),
  };
}

/** Finds a value that no experiment can mean, such as `.nan`, anywhere in the open options too. */
function findNonFinite(value: unknown, path: string[] = []): string[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const found = findNonFinite(child, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/**
 * Reads an experiment from YAML or JSON, applies overrides, validates and fills in defaults. Options of `env`,
 * `agent`, `encoder` and `backbone` beyond the known ones stay as given: the registries check them.
 *
 * @param sourceName what messages call the text, usually its path.
 * @param overrides dotted keys with values written as YAML (`84`, `true`, `[64, 64]`); `null` restores a default.
 * @throws InputError in one line: `file:line:column` or the override, the key, what was given, what would be right.
 *
 * @example
 * parseExperiment('env: { id: control/CartpoleSwingup-v0 }', 'inline', { steps: '5000' }).steps; // 5000
 */
export function parseExperiment(text: string, sourceName: string, overrides: Overrides = {}): Experiment {
  const source = parseYaml(text, sourceName);
  const contents = source.value ?? {};
  if (!isMapping(contents))
    throw new InputError(
      `${sourceName}: an experiment must be a mapping of keys to values, such as "env: ...".`,
    );

  const data: Mapping = { ...contents };
  const list = overrideList(overrides);
  for (const override of list) applyOverride(data, override);

  const where = (path: readonly PropertyKey[]) => {
    const key = path.map(String).join('.');
    const touches = (other: string) =>
      key === other || key.startsWith(`${other}.`) || other.startsWith(`${key}.`);
    const override = list.findLast((entry) => touches(entry.key));
    return override ? spelled(override) : source.where(path);
  };
  const odd = findNonFinite(data);
  if (odd) throw new InputError(`${where(odd)}: ${odd.join('.')} must be a finite number.`);
  const experiment = checkOptions(experimentSchema, withStateDefaults(data), { where });
  const { augment, env } = experiment;
  if (augment.crop !== undefined && augment.crop > env.size) {
    const text = `augment.crop must be at most env.size (${env.size}), got ${augment.crop}`;
    throw new InputError(`${where(['augment', 'crop'])}: ${text}.`);
  }
  return experiment;
}

/** Reads an experiment file. @throws InputError in one line. */
export function readExperiment(path: string, overrides: Overrides = {}): Experiment {
  return parseExperiment(readText(path, 'experiment file'), path, overrides);
}

/** Every key of an experiment file with what it accepts, its default and its meaning. */
export function experimentKeys(): KeyInfo[] {
  return keysOf(schemaNode(experimentSchema));
}
