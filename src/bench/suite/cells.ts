import { createHash } from 'node:crypto';
import { InputError } from '../../base/index.ts';
import { parseExperiment, readMethod, runName, type Experiment } from '../../runs/index.ts';
import { resolveExperiment } from '../../train/index.ts';
import { canonical, isMapping, merge, nested, withoutNulls, type Mapping } from './merge.ts';
import { seedsOf, type Suite, type SuiteEnvironment, type SuiteMethod } from './schema.ts';

/** One run of a suite. */
export interface Cell {
  /** `method|environment|seed`: names the run within its suite. */
  key: string;
  method: SuiteMethod;
  environment: SuiteEnvironment;
  seed: number;
  /** All settings, checked against the registries. */
  experiment: Experiment;
  /**
   * Hash of what the suite says of the run: methods, environment, evaluation; neither its length, its seed nor the
   * engine. Options that the suite leaves open do not enter, so that finished runs stay finished when an option is added
   * to the program.
   */
  settings: string;
}

export function cellKey(method: string, environment: string, seed: number): string {
  return `${method}|${environment}|${seed}`;
}

const withId = (given: unknown): Mapping => (isMapping(given) ? given : { id: given });

function partsOf({ agent, encoder, backbone }: SuiteMethod): Mapping {
  const given = Object.entries({ agent, encoder, backbone }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, withId(value)]));
}

/** Environment steps as agent steps. */
function agentSteps(what: string, envSteps: number, { id, actionRepeat }: SuiteEnvironment): number {
  if (envSteps % actionRepeat === 0) return envSteps / actionRepeat;
  throw new InputError(
    `${what} of ${envSteps} environment steps is no whole number of agent steps of ${id}, which take ${actionRepeat} each.`,
  );
}

/** The run's experiment without seed, name and engine, as the suite alone tells it. */
function settingsOf(suite: Suite, method: SuiteMethod, environment: SuiteEnvironment): Mapping {
  const env = { env: { id: environment.id, actionRepeat: environment.actionRepeat } };
  const { episodes, record } = suite.evaluation;
  const every = agentSteps('evaluation.every', suite.evaluation.every, environment);
  const settings = [
    env,
    nested(environment.set),
    nested(presetOf(suite, method)),
    partsOf(method),
    nested(method.set),
    nested(environment.methods[method.id] ?? {}),
    { evaluation: { every, episodes, record } },
  ].reduce(merge, suite.base as Mapping);
  return withoutNulls(settings);
}

function presetOf(suite: Suite, { id, preset }: SuiteMethod): Mapping {
  if (preset === undefined) return {};
  try {
    return readMethod(preset).set;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`suite ${suite.name}, ${id}: ${error.message}`);
    throw error;
  }
}

function settingsHash({ engine: _engine, checkpoint: _checkpoint, ...settings }: Mapping): string {
  return createHash('sha256').update(canonical(settings)).digest('hex').slice(0, 8);
}

/**
 * All runs of a suite, seed by seed, so that a suite cut short has covered every method and environment.
 * @throws InputError in one line for settings that cannot work, naming method and environment
 */
export function cellsOf(suite: Suite): Cell[] {
  const pairs = suite.environments.flatMap((environment) =>
    suite.methods.map((method) => {
      const settings = settingsOf(suite, method, environment);
      const steps = agentSteps('the budget', suite.budget, environment);
      const { every } = settings.evaluation as { every: number };
      const rest = { name: suite.name, steps, checkpoint: { every } };
      const where = `suite ${suite.name}, ${method.id} on ${environment.id}`;
      const experiment = experimentOf(merge(rest, settings), where);
      return { method, environment, settings: settingsHash(settings), experiment };
    }),
  );
  assertDifferent(suite, pairs);
  return seedsOf(suite).flatMap((seed) =>
    pairs.map(({ experiment, method, environment, settings }) => ({
      key: cellKey(method.id, environment.id, seed),
      method,
      environment,
      seed,
      settings,
      experiment: { ...experiment, seed },
    })),
  );
}

function experimentOf(settings: Mapping, where: string): Experiment {
  try {
    return resolveExperiment(parseExperiment(JSON.stringify(settings), where));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Line and column of the merged settings mean nothing to the reader.
    const message = error.message.replace(`${where}: `, '').replace(/^.*:\d+:\d+: /, '');
    throw new InputError(`${where}: ${message}`);
  }
}

/** Two methods of the same settings would share their run folders. */
function assertDifferent(suite: Suite, pairs: readonly Pick<Cell, 'method' | 'experiment'>[]): void {
  const names = pairs.map(({ experiment }) => runName(experiment));
  const again = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (again < 0) return;
  const [one, other] = [names.indexOf(names[again]), again].map((i) => pairs[i].method.id);
  throw new InputError(`suite ${suite.name}: ${one} and ${other} have the same settings.`);
}
