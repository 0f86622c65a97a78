import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Experiment } from './experiment.ts';

/** The experiment as YAML; `parseExperiment` reads back the same experiment. */
export function experimentYaml(experiment: Experiment): string {
  return stringify(experiment, { lineWidth: 110 });
}

/** JSON with sorted keys, so that equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}

/**
 * What is learned, and how. Left out, because the learning they describe is the same: `steps` (a longer run goes on
 * from a shorter one), `seed` (it stands in the run's name, so the seeds of one method share a hash), `engine` (where
 * it was computed; in `system.json`), `checkpoint` (how often it is saved), `name` and `version`.
 */
export function learningOf(experiment: Experiment): Record<string, unknown> {
  const { version: _version, name: _name, seed: _seed, steps: _steps, ...rest } = experiment;
  const { engine: _engine, checkpoint: _checkpoint, ...learning } = rest;
  return learning;
}

/** Eight hexadecimal digits (of SHA-256) that name the configuration. */
export function experimentHash(experiment: Experiment): string {
  return createHash('sha256')
    .update(canonical(learningOf(experiment)))
    .digest('hex')
    .slice(0, 8);
}

const fileSafe = (text: string) =>
  text.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'unnamed';

/** `control/CartpoleSwingup-v0` -> `cartpole-swingup`. */
export function envShortName(id: string): string {
  const name = (id.split('/').at(-1) ?? id).replace(/-v\d+$/, '');
  return fileSafe(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2')).toLowerCase();
}

/** `sac-curl`; the agent alone when there is no contrastive objective; `pretrain-curl` without an agent. */
export function methodName(
  experiment: Pick<Experiment, 'agent' | 'encoder'> & Partial<Pick<Experiment, 'pretrain'>>,
): string {
  const { agent, encoder, pretrain } = experiment;
  if (pretrain) return fileSafe(`pretrain-${encoder.id}`).toLowerCase();
  return fileSafe(encoder.id === 'none' ? agent.id : `${agent.id}-${encoder.id}`).toLowerCase();
}

/** `<method>-<env>-s<seed>-<hash>`, such as `sac-curl-cartpole-swingup-s1-0c6f2a9e`. */
export function runName(experiment: Experiment): string {
  const { env, seed } = experiment;
  return `${methodName(experiment)}-${envShortName(env.id)}-s${seed}-${experimentHash(experiment)}`;
}
