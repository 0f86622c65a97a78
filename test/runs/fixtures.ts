import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRun,
  parseExperiment,
  type Experiment,
  type MetricKind,
  type MetricLine,
} from '../../src/runs/index.ts';

export const MINIMAL = 'env: { id: control/CartpoleSwingup-v0 }';

export function experiment(overrides: Record<string, string> = {}): Experiment {
  return parseExperiment(MINIMAL, 'test', overrides);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'curlew-runs-'));
}

/** A fresh run in a temporary folder. */
export function freshRun(overrides: Record<string, string> = {}): string {
  return createRun(temporaryFolder(), experiment(overrides), { command: 'test' }).folder;
}

export function line(
  agentStep: number,
  values: Record<string, number>,
  kind: MetricKind = 'train',
): MetricLine {
  return { kind, agentStep, envStep: agentStep * 8, wallSeconds: agentStep / 10, values };
}

/** The message of what an action throws. */
export function messageFrom(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error');
}
