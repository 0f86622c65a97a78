import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import { make } from '../../src/envs/index.ts';
import { createRun, metricLines, parseExperiment, readStatus, resumeRun } from '../../src/runs/index.ts';
import {
  actionCodec,
  collect,
  loadEncoder,
  loadTrained,
  resolveExperiment,
  trainRun,
  type Moment,
  type PixelEnv,
} from '../../src/train/index.ts';

let out: string;
beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
  out = mkdtempSync(join(tmpdir(), 'curlew-pretrain-'));
});
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await stopEngine();
});

const SMALL = `
env: { id: control/PendulumSwingup-v0, size: 18, frameStack: 2, maxEpisodeSteps: 30 }
augment: { crop: 15 }
backbone: { filters: 4, strides: [2, 1], features: 8 }
train: { batchSize: 6, logEvery: 1, randomSteps: 4 }
agent: { hidden: 8 }
checkpoint: { every: 2 }
evaluation: { episodes: 1, every: 1000, record: 0 }
replay: { capacity: 100 }
engine: { name: wasm, threads: 1 }
`;

function newRun(name: string, changes: Record<string, string>): string {
  const experiment = resolveExperiment(parseExperiment(SMALL, 'test', { name, ...changes }));
  return createRun(out, experiment, { command: 'test' }).folder;
}

const pretraining = (name: string, changes: Record<string, string> = {}) =>
  newRun(name, {
    'pretrain.frames': '40',
    'pretrain.episodeSteps': '8',
    steps: '6',
    'encoder.id': 'atc',
    ...changes,
  });

/** What a run has logged, without what time does to it. */
const logged = (folder: string) =>
  [...metricLines(folder)]
    .filter(({ kind }) => kind === 'train')
    .map(({ agentStep, values }) => ({ agentStep, values }));

async function moments(
  env: PixelEnv,
  changes: Partial<Parameters<typeof collect>[2]> = {},
): Promise<Moment[]> {
  const seen: Moment[] = [];
  const options = { steps: 25, episodeSteps: 10, hold: 0.5, seed: 3, ...changes };
  for await (const moment of collect(env, actionCodec(env.actionSpace), options)) seen.push(moment);
  return seen;
}

describe('collecting frames', () => {
  test('cuts episodes, tells states, and is a function of its seed', async () => {
    const env = (await make('control/PendulumSwingup-v0', { size: 12 })) as PixelEnv;
    const seen = await moments(env);
    expect(seen.filter(({ step }) => step === null).map(({ episode }) => episode)).toEqual([0, 1, 2]);
    expect(seen.filter(({ step }) => step !== null)).toHaveLength(25);
    expect(seen.flatMap(({ step }, i) => (step?.truncated ? [i] : []))).toEqual([10, 21, 27]);
    expect(seen.every(({ state }) => state?.length === 3)).toBe(true);
    expect(await moments(env)).toEqual(seen);
    expect(await moments(env, { seed: 4 })).not.toEqual(seen);
    const actions = (list: Moment[]) => list.flatMap(({ step }) => (step ? [step.action[0]] : []));
    expect(new Set(actions(await moments(env, { hold: 0 }))).size).toBe(25);
    expect(new Set(actions(seen)).size).toBeLessThan(20);
    env.close();
  });
});

describe('a pretraining run', () => {
  test('goes on after a cut as if it had not been', async () => {
    const whole = pretraining('whole');
    expect(await trainRun(whole)).toBe(0);
    expect(readStatus(whole)).toMatchObject({ state: 'finished', agentStep: 6, method: 'pretrain-atc' });
    expect(logged(whole).map(({ agentStep }) => agentStep)).toEqual([1, 2, 3, 4, 5, 6]);

    const cut = pretraining('cut', { steps: '4' });
    expect(await trainRun(cut)).toBe(0);
    resumeRun(cut, { command: 'test', steps: 6 });
    expect(await trainRun(cut)).toBe(0);
    expect(logged(cut)).toEqual(logged(whole));
    const [a, b] = [await loadEncoder(whole), await loadEncoder(cut)];
    expect(await a.encoder.parameters.save()).toEqual(await b.encoder.parameters.save());
    a.close();
    b.close();
  });

  test('has no agent to play', async () => {
    const folder = pretraining('plays-not');
    await expect(loadTrained(folder)).rejects.toThrow(/pretrained an encoder: there is no agent/);
  });

  test('needs an objective', async () => {
    const notes: string[] = [];
    const folder = pretraining('none', { 'encoder.id': 'none' });
    expect(await trainRun(folder, { onNote: (note) => notes.push(note) })).toBe(2);
    expect(notes.join()).toMatch(/encoder.id: none trains nothing/);
  });
});

describe('an agent that starts from a pretraining', () => {
  test('has its convolutions and head, and those of a run that is gone later are not missed', async () => {
    const source = pretraining('source');
    await trainRun(source);
    // One random step: nothing is learned, so the weights are as they were at the start.
    const agent = newRun('agent', { steps: '1', encoderFrom: JSON.stringify(source) });
    expect(await trainRun(agent)).toBe(0);
    const [given, own] = [await loadEncoder(source), await loadEncoder(agent)];
    expect(await own.encoder.parameters.save()).toEqual(await given.encoder.parameters.save());
    expect(own.policy).not.toBeNull();
    expect(given.policy).toBeNull();
    given.close();
    own.close();
    rmSync(source, { recursive: true });
    resumeRun(agent, { command: 'test', steps: 2 });
    expect(await trainRun(agent)).toBe(0);
  });

  test('is refused in one line where the networks differ', async () => {
    const source = pretraining('other', { steps: '1' });
    await trainRun(source);
    const notes: string[] = [];
    const changes = { encoderFrom: JSON.stringify(source), 'backbone.filters': '5' };
    expect(await trainRun(newRun('wider', changes), { onNote: (note) => notes.push(note) })).toBe(2);
    expect(notes).toEqual([
      `encoderFrom: trunk/conv1/kernel is 3x3x6x4 in ${source} and 3x3x6x5 here; take the same backbone, env.frameStack and augment.crop (or env.size) as there.`,
    ]);
  });

  test('may act for the next pretraining', async () => {
    const agent = newRun('actor', { steps: '1' });
    await trainRun(agent);
    const folder = pretraining('by-agent', { steps: '1', 'pretrain.policyFrom': JSON.stringify(agent) });
    expect(await trainRun(folder)).toBe(0);
    const notes: string[] = [];
    const odd = pretraining('odd', { 'pretrain.policyFrom': JSON.stringify(agent), 'env.size': '16' });
    expect(await trainRun(odd, { onNote: (note) => notes.push(note) })).toBe(2);
    expect(notes[0]).toBe(`pretrain.policyFrom: env.size is 18 in ${agent} and 16 here.`);
  });
});

test('a run without a checkpoint has no encoder yet', async () => {
  await expect(loadEncoder(pretraining('empty'))).rejects.toThrow(/no checkpoint yet/);
  const broken = pretraining('broken', { steps: '2' });
  await trainRun(broken);
  const file = join(broken, 'checkpoints', 'step-2.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
  await expect(loadEncoder(broken)).rejects.toThrow(/damaged/);
});
