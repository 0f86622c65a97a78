import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InputError, messageOf, nearest, readText } from '../../base/index.ts';
import {
  overridesOf,
  parseExperiment,
  parseOverrides,
  readMethod,
  type Experiment,
  type Override,
} from '../../runs/index.ts';
import { resolveExperiment } from '../../train/index.ts';
import { tunedDefaults, type TunedDefaults } from './defaults.ts';

/** Options of the command line that change the experiment. */
export interface ExperimentFlags {
  env?: string;
  /** Settings of `experiments/methods/`, over the file's and under all other options. */
  method?: string;
  agent?: string;
  encoder?: string;
  encoderFrom?: string;
  seed?: string;
  steps?: string;
  engine?: string;
  threads?: string;
  name?: string;
  profile?: boolean;
  set?: string[];
}

/** Key of the experiment behind each option; texts are quoted, so that `--name 1` stays a text. */
const KEYS: [flag: keyof Omit<ExperimentFlags, 'set' | 'profile' | 'method'>, key: string, text: boolean][] =
  [
    ['env', 'env.id', true],
    ['agent', 'agent.id', true],
    ['encoder', 'encoder.id', true],
    ['encoderFrom', 'encoderFrom', true],
    ['seed', 'seed', false],
    ['steps', 'steps', false],
    ['engine', 'engine.name', true],
    ['threads', 'engine.threads', false],
    ['name', 'name', true],
  ];

const SHIPPED = new URL('../../../experiments/', import.meta.url);

/** Path of an experiment: a file, or the name of one that comes with Curlew. */
function experimentFile(file: string): string {
  if (existsSync(file) || /[/\\]/.test(file)) return file;
  const shipped = existsSync(SHIPPED) ? readdirSync(SHIPPED).filter((name) => name.endsWith('.yaml')) : [];
  const wanted = file.endsWith('.yaml') ? file : `${file}.yaml`;
  if (shipped.includes(wanted)) return fileURLToPath(new URL(wanted, SHIPPED));
  const near = nearest(
    file,
    shipped.map((name) => name.replace(/\.yaml$/, '')),
  );
  const hint = near ? `; of those that come with Curlew, the nearest is ${near}` : '';
  throw new InputError(`Cannot read the experiment file ${file}: it does not exist${hint}.`);
}

function overridesOfFlags(flags: ExperimentFlags): { overrides: Override[]; spelled: [string, string][] } {
  const spelled: [string, string][] = [];
  const overrides: Override[] = [];
  for (const [flag, key, text] of KEYS) {
    const given = flags[flag];
    if (given === undefined) continue;
    const value = text ? JSON.stringify(given) : given;
    overrides.push({ key, value });
    const option = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    spelled.push([`--set ${key}=${value}`, `--${option} ${given}`]);
  }
  if (flags.profile) overrides.push({ key: 'engine.profile', value: 'true' });
  overrides.push(...parseOverrides(flags.set ?? []));
  return { overrides, spelled };
}

/** The tuned settings under a command line without a file; a method brings settings of its own. */
function defaultsOf(flags: ExperimentFlags): TunedDefaults | null {
  return flags.method === undefined ? tunedDefaults(overridesOfFlags(flags).overrides, SHIPPED) : null;
}

/** One line on where settings come from that the command line does not name; null where there are none. */
export function defaultsNote(file: string | undefined, flags: ExperimentFlags): string | null {
  const defaults = file === undefined ? defaultsOf(flags) : null;
  if (!defaults) return null;
  return `tuned settings from experiments/${defaults.files.join(' and experiments/')}; --set KEY=VALUE overrides them`;
}

/**
 * The experiment that a command line means, checked against everything that is registered.
 * @throws InputError in one line
 */
export function experimentFrom(file: string | undefined, flags: ExperimentFlags): Experiment {
  const { overrides, spelled } = overridesOfFlags(flags);
  if (file === undefined && !overrides.some(({ key }) => key === 'env' || key.startsWith('env.'))) {
    throw new InputError('Say what to train: an experiment file, or --env ID (see curlew envs).');
  }
  try {
    const path = file === undefined ? undefined : experimentFile(file);
    const text = path === undefined ? (defaultsOf(flags)?.text ?? '') : readText(path, 'experiment file');
    const method = flags.method === undefined ? undefined : readMethod(flags.method);
    // A file says itself what the method leaves open.
    const under = method ? overridesOf({ ...(path === undefined && method.defaults), ...method.set }) : [];
    return resolveExperiment(parseExperiment(text, path ?? 'the command line', [...under, ...overrides]));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Messages speak of overrides as --set: say what the user wrote.
    const message = spelled.reduce((said, [set, flag]) => said.replaceAll(set, flag), messageOf(error));
    throw new InputError(message);
  }
}
