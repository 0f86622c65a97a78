import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readText } from '../../base/index.ts';
import { envShortName, parseYaml, type Override } from '../../runs/index.ts';

/** Settings that were tuned for an environment and an agent. */
export interface TunedDefaults {
  /** An experiment file's contents, as JSON. */
  text: string;
  /** The files that it comes from, within the folder of shipped experiments. */
  files: string[];
}

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(under: Mapping, over: Mapping): Mapping {
  const all: Mapping = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = all[key];
    all[key] = isMapping(before) && isMapping(value) ? merged(before, value) : value;
  }
  return all;
}

/** The last value that overrides give a key, as a text. */
function given(overrides: readonly Override[], key: string): string | undefined {
  const found = overrides.findLast((override) => override.key === key);
  if (!found) return undefined;
  const { value } = parseYaml(found.value, key, { positions: false });
  return typeof value === 'string' ? value : undefined;
}

/**
 * The tuned settings of `defaults/AGENT/`: of the environment's namespace (`control.yaml`), and over them those of the
 * environment (`cartpole-swingup.yaml`); for state observations the files are called `*.state.yaml`. The agent is sac
 * where none is named.
 * @param folder where shipped experiments are
 * @returns null where nothing was tuned for them
 */
export function tunedDefaults(overrides: readonly Override[], folder: URL): TunedDefaults | null {
  const id = given(overrides, 'env.id');
  if (id === undefined) return null;
  const agent = given(overrides, 'agent.id') ?? 'sac';
  const kind = given(overrides, 'env.observation') === 'state' ? '.state.yaml' : '.yaml';
  const names = [...(id.includes('/') ? [id.split('/')[0]] : []), envShortName(id)];
  const files = names
    .map((name) => `defaults/${agent}/${name}${kind}`)
    // What an id or an agent is called must not lead out of the folder.
    .filter((file) => /^[\w./-]+$/.test(file) && !file.includes('..') && existsSync(new URL(file, folder)));
  if (files.length === 0) return null;
  const contents = files.map((file) => {
    const path = fileURLToPath(new URL(file, folder));
    const { value } = parseYaml(readText(path, 'defaults file'), path);
    return isMapping(value) ? value : {};
  });
  const defaults = contents.reduce(merged);
  // A tuned crop belongs to the tuned size of pictures.
  const { crop: _crop, ...augment } = isMapping(defaults.augment) ? defaults.augment : {};
  const sized = overrides.some(({ key }) => key === 'env.size');
  return { text: JSON.stringify(sized ? { ...defaults, augment } : defaults), files };
}
