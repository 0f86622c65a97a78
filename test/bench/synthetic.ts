import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/base/index.ts';
import { cellsOf, parseSuite, writeResult, type RunResult, type Suite } from '../../src/bench/index.ts';

/** Three methods on three control tasks with different action repeats, five seeds. */
export const SYNTHETIC = `
name: synthetic
description: Made-up learning curves <for tests> & nothing else.
budget: 100000
seeds: 5
evaluation: { every: 10000, episodes: 10 }
report: { at: [50000], threshold: 0.5 }
base:
  env: { size: 54, frameStack: 3 }
environments:
  - { id: control/CartpoleSwingup-v0, actionRepeat: 8 }
  - { id: control/ReacherEasy-v0, actionRepeat: 4 }
  - { id: control/FingerSpin-v0, actionRepeat: 2 }
methods:
  - { id: sac, label: 'SAC, no crop', encoder: none }
  - { id: rad, label: 'SAC + crop (RAD)', encoder: none, set: { augment.crop: 48 } }
  - { id: curl, label: CURL-SAC, encoder: curl, set: { augment.crop: 48 } }
`;

/** Height that each method's curve goes to. */
const HEIGHTS: Record<string, number> = { sac: 180, rad: 620, curl: 700 };

/** A made-up result of each run that `keep` wants. */
export function syntheticResults(suite: Suite, keep = (_: RunResult) => true): RunResult[] {
  return cellsOf(suite)
    .map((cell): RunResult => {
      const { method, environment, seed, settings, experiment } = cell;
      const random = Random.stream(seed, method.id, environment.id);
      const top = HEIGHTS[method.id] * random.uniform(0.75, 1.2);
      const { actionRepeat } = environment;
      const evaluations = Array.from({ length: suite.budget / suite.evaluation.every + 1 }, (_, i) => ({
        agentStep: (i * suite.evaluation.every) / actionRepeat,
        envStep: i * suite.evaluation.every,
        wallSeconds: 60 * i,
        mean: Math.max(0, (top * i) / (i + 3) + 20 * random.normal()),
        std: 30,
        episodes: suite.evaluation.episodes,
      }));
      return {
        version: 1,
        suite: suite.name,
        method: method.id,
        env: environment.id,
        seed,
        settings,
        hash: settings,
        agentSteps: suite.budget / actionRepeat,
        envSteps: suite.budget,
        actionRepeat,
        wallSeconds: 600,
        evaluations,
        versions: {
          curlew: '0.1.0',
          node: 'v24.0.0',
          platform: 'linux-x64',
          cpu: 'Test CPU, 2 cores',
          commit: '0123456789abcdef',
          dirty: false,
          engine: { name: 'wasm', threads: 1, kernels: 'own' },
        },
        command: 'curlew bench synthetic',
        startedAt: '2026-01-01T00:00:00.000Z',
        experiment,
      };
    })
    .filter(keep);
}

/** Writes the synthetic suite's results into a folder. */
export function writeSynthetic(folder: string, keep?: (result: RunResult) => boolean): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'suite.yaml'), SYNTHETIC);
  for (const result of syntheticResults(parseSuite(SYNTHETIC, 'synthetic.yaml'), keep))
    writeResult(folder, result);
}
