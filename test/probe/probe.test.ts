import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import { Study, probeRun, saveProbe, type ProbeReport } from '../../src/probe/index.ts';
import { createRun, parseExperiment } from '../../src/runs/index.ts';
import { resolveExperiment, trainRun } from '../../src/train/index.ts';

let out: string;
beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
  out = mkdtempSync(join(tmpdir(), 'curlew-probe-'));
});
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await stopEngine();
});

const experiment = (changes: Record<string, string> = {}) =>
  resolveExperiment(
    parseExperiment(
      `
steps: 3
env: { id: arcade/Catch-v0, size: 16, frameStack: 1 }
augment: { crop: 14 }
backbone: { filters: 8, strides: [2, 1], features: 8 }
encoder: { id: simclr, hidden: 16, size: 8 }
train: { batchSize: 6, logEvery: 1 }
pretrain: { frames: 40, episodeSteps: 8 }
engine: { name: wasm, threads: 1 }
`,
      'test',
      changes,
    ),
  );

async function pretrained(changes: Record<string, string> = {}): Promise<string> {
  const { folder } = createRun(out, experiment(changes), { command: 'test' });
  expect(await trainRun(folder)).toBe(0);
  return folder;
}

test('a probe tells the whole story, saves it, and says the same again', async () => {
  const [folder, other] = [await pretrained(), await pretrained({ seed: '2' })];
  const options = { frames: 120, episodeSteps: 8, seed: 1, against: [other] };
  const probed = await probeRun(folder, options);
  const { report } = probed;
  expect(report.representations.map(({ name }) => name)).toEqual(['trained', 'random weights', 'raw pixels']);
  expect(report.representations.map(({ dimensions }) => dimensions)).toEqual([8, 8, 588]);
  expect(Object.keys(report.cka)).toEqual(['random weights', other]);
  for (const value of Object.values(report.cka)) expect(value).toBeGreaterThan(0);
  const [trained] = report.representations;
  expect(Object.keys(trained.linear.r2)).toContain('basket');
  expect(trained.facts.map(({ name }) => name)).toContain('last action');
  expect(trained.rankMe).toBeGreaterThan(1);
  expect(trained.rankMe).toBeLessThan(8.01);
  expect(probed.maps.umap).toHaveLength(120);

  const files = saveProbe(folder, probed, 'basket');
  expect(files.every((file) => existsSync(file))).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, 'probe.json'), 'utf8'))).toMatchObject({ version: 1, seed: 1 });
  const picture = decode(readFileSync(join(folder, 'probe/retrieval.png')));
  expect(picture.height).toBe(probed.examples.length * 20 + 8);
  const html = readFileSync(join(folder, 'probe/report.html'), 'utf8');
  expect(html).toContain('<option>basket</option>');
  expect(html).not.toMatch(/(src|href)="http/);

  const again: ProbeReport = (await probeRun(folder, options)).report;
  expect(again).toEqual(report);
});

test('encoders are compared on the same pictures only', async () => {
  const [folder, other] = [await pretrained(), await pretrained({ 'env.size': '20' })];
  await expect(
    probeRun(folder, { frames: 60, episodeSteps: 6, against: [other], mlp: false }),
  ).rejects.toThrow(/its env.size is 20, here it is 16/);
  await expect(probeRun(folder, { frames: 60, episodeSteps: 50 })).rejects.toThrow(/more --frames/);
  await expect(probeRun(folder, { policy: 'agent' })).rejects.toThrow(/has no agent/);
});

test('a study gives every objective the same frames, draws and weights', async () => {
  const study = await Study.prepare(experiment(), 80);
  const first = await study.pretrained({ id: 'barlow' });
  const second = await study.pretrained({ id: 'vicreg' });
  expect(second.embeddings).not.toEqual(first.embeddings);
  expect((await study.pretrained({ id: 'barlow' })).embeddings).toEqual(first.embeddings);
  expect(study.untrained()).toEqual(study.untrained());
  const score = study.score(first.embeddings);
  expect(Object.keys(score.r2)).toContain('first y');
  expect(score.mean).toBeLessThan(1);
  study.close();
});
