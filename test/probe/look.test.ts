import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { Looking, type LookAnswer } from '../../src/probe/index.ts';
import { createRun, parseExperiment } from '../../src/runs/index.ts';
import { resolveExperiment, trainRun } from '../../src/train/index.ts';
import { launchLook } from '../../src/tui/model/look-process.ts';

let out: string;
beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
  out = mkdtempSync(join(tmpdir(), 'curlew-look-'));
});
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await stopEngine();
});

const PRETRAIN = 'pretrain: { frames: 40, episodeSteps: 8 }';
const AGENT = 'agent: { id: discrete-sac, hidden: 8 }';

async function trained(rest: string): Promise<string> {
  const text = `
steps: 3
env: { id: arcade/Catch-v0, size: 16, frameStack: 2 }
augment: { crop: 14, views: [flip] }
backbone: { filters: 8, strides: [2, 1], features: 8 }
encoder: { id: simclr, hidden: 16, size: 8 }
train: { batchSize: 6, logEvery: 1, randomSteps: 2 }
evaluation: { episodes: 1 }
engine: { name: wasm, threads: 1 }
${rest}
`;
  const experiment = resolveExperiment(parseExperiment(text, 'test'));
  const { folder } = createRun(out, experiment, { command: 'test' });
  expect(await trainRun(folder)).toBe(0);
  return folder;
}

test('a look holds observations, their map, neighbours of other episodes, and what the encoder is fed', async () => {
  const folder = await trained(PRETRAIN);
  const before = tf.memory().numTensors;
  const notes: string[] = [];
  const looking = await Looking.open(folder, {
    ...{ rows: 60, episodeSteps: 10, neighbours: 4, onProgress: (text) => notes.push(text) },
  });
  expect(tf.memory().numTensors).toBe(before);
  const { look } = looking;
  expect(notes[0]).toBe('loading the newest checkpoint');
  expect(look).toMatchObject({ policy: 'random', rows: 60, dimensions: 8, width: 16, height: 16 });
  expect(look.pictures.map((picture) => picture.length)).toEqual(new Array(60).fill(16 * 16 * 3));
  expect(look.pca).toHaveLength(60);
  expect(look.variables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['basket', 'reward', 'step']),
  );
  look.neighbours.forEach((near, row) => {
    expect(near).toHaveLength(4);
    for (const one of near) expect(look.episodes[one.row]).not.toBe(look.episodes[row]);
    const similar = near.map(({ similarity }) => similarity);
    expect(similar).toEqual([...similar].sort((a, b) => b - a));
  });
  expect(looking.umap()).toHaveLength(60);

  // A pretraining has no agent: the crop when acting, then the objective's two views.
  const views = looking.views(7);
  expect(views.map(({ title }) => title)).toEqual(['acting', 'view 1', 'view 2']);
  expect(views.at(-1)!.made).toEqual(['own crop', 'flip']);
  for (const { width, frames } of views) expect([width, frames.length]).toEqual([14, 2]);
  // The middle of the newest picture.
  const middle = Array.from({ length: 14 * 14 * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 42) + 1, (Math.floor(i / 3) % 14) + 1, i % 3];
    return look.pictures[7][(y * 16 + x) * 3 + c];
  });
  expect([...views[0].frames[1]]).toEqual(middle);
  // Other draws at the next call, of the same observation.
  const draws = Array.from({ length: 8 }, () => looking.views(7)[2].frames[1].join());
  expect(new Set(draws).size).toBeGreaterThan(1);
});

test("an agent's run is looked at by its own actions, with the crop of its updates and what it expects", async () => {
  const folder = await trained(AGENT);
  const { look, ...rest } = await Looking.open(folder, { rows: 40, episodeSteps: 10 });
  expect(look.policy).toBe('agent');
  expect(look.variables[0].name).toBe('value');
  expect(new Set(look.variables[0].values).size).toBeGreaterThan(1);
  expect(rest).toBeDefined();
  const random = await Looking.open(folder, { rows: 40, episodeSteps: 10, policy: 'random' });
  expect(random.look.policy).toBe('random');
  expect(random.views(3).map(({ title }) => title)).toEqual(['acting', 'update', 'view 1', 'view 2']);
});

test('a process of its own says in a line why it cannot look', async () => {
  const { folder } = createRun(
    out,
    parseExperiment('env: { id: arcade/Catch-v0 }\nagent: { id: discrete-sac }', 'test'),
    { command: 'test' },
  );
  const answers: LookAnswer[] = [];
  await new Promise<void>((resolve) => {
    launchLook(folder, 'agent', (answer) => {
      answers.push(answer);
      if (answer.type === 'failed') resolve();
    });
  });
  expect(answers.at(-1)).toMatchObject({ message: expect.stringMatching(/has no checkpoint yet/) as string });
}, 60_000);
