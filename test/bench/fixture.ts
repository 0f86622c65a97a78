import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cellsOf, parseSuite, type SuiteRunOptions } from '../../src/bench/index.ts';
import { launchTraining } from '../../src/train/index.ts';

/** Two methods, two environments, two seeds; 40 agent steps a run on the fake parts. */
export const SUITE = `
name: tiny
budget: 80
seeds: 2
evaluation: { every: 20, episodes: 2, record: 1 }
report: { at: [40, 80], threshold: 0.1 }
base:
  env: { size: 6, frameStack: 3 }
  replay: { capacity: 40 }
  train: { randomSteps: 5, logEvery: 5, batchSize: 4 }
environments:
  - { id: control/CartpoleSwingup-v0, actionRepeat: 2, score: { random: -10, reference: 10 } }
  - { id: control/ReacherEasy-v0, actionRepeat: 2, score: { random: -10, reference: 10 } }
methods:
  - { id: rad, label: crop, encoder: none, set: { augment.crop: 5 } }
  - { id: curl, encoder: curl }
`;

export const tinySuite = () => parseSuite(SUITE, 'tiny.yaml');

export const temporary = () => mkdtempSync(join(tmpdir(), 'curlew-bench-'));

/** Runs of the tiny suite by processes over fake parts. */
export function tinyRun(out: string, options: Partial<SuiteRunOptions> = {}): SuiteRunOptions {
  const suite = tinySuite();
  const entry = fileURLToPath(new URL('child.ts', import.meta.url));
  return {
    suite,
    cells: cellsOf(suite),
    out,
    jobs: 2,
    threads: 1,
    command: 'test',
    text: SUITE,
    launch: (folder, launch) => launchTraining(folder, { ...launch, entry, execArgv: ['--import', 'tsx'] }),
    ...options,
  };
}
