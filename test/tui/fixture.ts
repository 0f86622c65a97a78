import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/base/index.ts';
import {
  createRun,
  parseExperiment,
  writeLive,
  type MetricKind,
  type MetricLine,
} from '../../src/runs/index.ts';
import { RunModel, type RunFacts } from '../../src/tui/model/run.ts';

export const FACTS: RunFacts = {
  folder: 'runs/quickstart/curl-sac-PointMassEasy-v0-s1-1a2b3c',
  name: 'quickstart',
  env: 'control/PointMassEasy-v0',
  method: 'sac-curl',
  seed: 1,
  totalSteps: 30_000,
  actionRepeat: 4,
  engine: 'native, 2 threads',
};

/** Plausible metrics of a run that has come to `steps` agent steps: a saturating curve with noise. */
export function fakeLines(steps: number, seed = 1): MetricLine[] {
  const random = Random.stream(seed, 'fixture');
  const lines: MetricLine[] = [];
  const skill = (step: number) => 850 / (1 + 2 ** (-(step - 9000) / 1500));
  const line = (kind: MetricKind, step: number, values: Record<string, number>) =>
    lines.push({ kind, agentStep: step, envStep: step * 4, wallSeconds: step / 40, values });
  for (let step = 100; step <= steps; step += 100) {
    const done = step / 30_000;
    if (step > 1000) {
      line('train', step, {
        'loss.critic': 4 + 3 * random.normal() ** 2 + 10 * done,
        'loss.actor': -120 * done + random.normal(),
        'loss.temperature': 0.05 * random.normal(),
        'loss.contrastive': 4.85 / (1 + 12 * done) + 0.1 * random.uniform(),
        'contrastive.accuracy': Math.min(1, 0.02 + 3 * done + 0.03 * random.normal()),
        temperature: 0.1 / (1 + 9 * done),
        entropy: 1.4 - 2 * done + 0.1 * random.normal(),
        'q.mean': 110 * done + random.normal(),
      });
    }
    if (step % 250 === 0 || step % 250 === 100) {
      line('episode', step, {
        return: Math.max(0, skill(step) * (0.7 + 0.15 * random.normal())),
        length: 250,
      });
    }
    if (step % 500 === 0) {
      line('timing', step, {
        'speed.agent': 41 + random.normal(),
        'speed.env': 164,
        'speed.updates': 40.2,
        'share.env': 0.12,
        'share.replay': 0.07,
        'share.update': 0.74,
        'share.evaluation': 0.05,
        'share.other': 0.02,
        'memory.resident': 912,
        'memory.tensors': 214,
        secondsLeft: (30_000 - step) / 40,
      });
    }
    if (step % 2000 === 0) {
      const extra: Record<string, number> =
        step === 24_000 ? { 'random.return.mean': 40, 'random.return.std': 22 } : {};
      const mean = skill(step) * (0.95 + 0.03 * random.normal());
      line('evaluation', step, {
        'return.mean': mean,
        'return.std': 40 + 20 * random.uniform(),
        'return.episodes': 10,
        ...extra,
      });
    }
  }
  return lines;
}

/** A small picture of a ball on a checkered floor, the ball at the given place (0..1). */
export function fakePicture(size: number, place: number): Uint8Array {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const tile = ((x >> 3) + (y >> 3)) % 2;
      const ball = (x / size - place) ** 2 + (y / size - 0.5) ** 2 < 0.02;
      const rgb = ball ? [235, 190, 80] : tile ? [48, 66, 96] : [34, 48, 72];
      data.set(rgb, (y * size + x) * 3);
    }
  }
  return data;
}

/** A model filled as the screen would fill it from a run folder. */
export function fakeModel(steps: number): RunModel {
  const model = new RunModel(FACTS);
  for (const line of fakeLines(steps)) model.add(line);
  model.status = { state: 'running', phase: 'learning', agentStep: steps, totalSteps: 30_000 };
  model.live = {
    agentStep: steps,
    width: 100,
    height: 100,
    frames: [0.3, 0.35, 0.4].map((place) => fakePicture(100, place)),
  };
  return model;
}

/** Writes a run folder as a run would have left it, or be leaving it, at `steps` agent steps. @returns its path */
export function fakeRun(
  out: string,
  steps: number,
  state: 'running' | 'finished' = 'finished',
  seed = 1,
): string {
  const overrides = { 'env.actionRepeat': '4', steps: '30000', name: 'quickstart', seed: String(seed) };
  const experiment = parseExperiment('env: { id: control/PointMassEasy-v0 }', 'fixture', overrides);
  const { folder, status } = createRun(out, experiment, {
    command: 'fixture',
    engine: { name: 'wasm', threads: 2 },
  });
  appendLines(folder, fakeLines(steps, seed));
  const frames = [0.3, 0.35, 0.4].map((place) => fakePicture(100, place));
  writeLive(folder, { agentStep: steps, width: 100, height: 100, frames });
  const now = { state, phase: 'learning', agentStep: steps, heartbeatAt: new Date().toISOString() };
  writeFileSync(join(folder, 'status.json'), JSON.stringify({ ...status, ...now }));
  return folder;
}

/** Adds lines to the metrics of a run. */
export function appendLines(folder: string, lines: readonly MetricLine[]): void {
  appendFileSync(join(folder, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
