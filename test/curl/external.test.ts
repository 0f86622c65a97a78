import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { externalObjective, isObjectiveFile, type EncoderEntry } from '../../src/curl/index.ts';
import { backbones, newEncoder } from '../../src/encoders/index.ts';
import { checkNoLeak, startEngine, stopEngine } from '../../src/engine/index.ts';
import { Random } from '../../src/base/index.ts';
import { checkOptions } from '../../src/runs/index.ts';
import { IMAGE, randomImages } from '../agents/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'curlew-objective-'));
const file = join(folder, 'my-objective.ts');

beforeAll(async () => {
  const guide = readFileSync(resolve('docs/objectives.md'), 'utf8');
  writeFileSync(file, /<!-- test: objective -->\s*```ts\n([\s\S]*?)```/.exec(guide)![1]);
  writeFileSync(join(folder, 'odd.ts'), 'export const nothing = () => ({});');
  await startEngine({ name: 'cpu', threads: 1 });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stopEngine();
});

const BACKBONE = backbones.conv.options.parse({ filters: 4, strides: [2, 1], features: 8 });

function learnerOf(entry: EncoderEntry, seed: number) {
  const options = checkOptions(entry.options, { hidden: 16, size: 8 }, { prefix: 'encoder' });
  const make = (random: Random) => newEncoder(backbones.conv, BACKBONE, IMAGE, random);
  const encoder = make(Random.stream(seed, 'encoder'));
  const learner = entry.create({ encoder, targetEncoder: encoder, newEncoder: make, options, seed })!;
  return { encoder, learner };
}

test('the objective of the guide learns, leaks nothing and goes on from a snapshot', async () => {
  const entry = await externalObjective(`${file}#SimSiam`);
  expect(entry.description).toContain('SimSiam');
  const { encoder, learner } = learnerOf(entry, 1);
  const views = [randomImages(1, 6), randomImages(1, 6)];
  const step = () => learner.update(views, { log: true })!;
  const first = step();
  expect(Object.keys(first)).toEqual(expect.arrayContaining(['loss.contrastive', 'embedding.spread']));
  await checkNoLeak(() => void step());
  for (let i = 0; i < 10; i++) step();
  expect(step()['loss.contrastive']).toBeLessThan(first['loss.contrastive'] - 0.1);

  const other = learnerOf(entry, 2);
  other.encoder.parameters.load(await encoder.parameters.save());
  other.learner.restore(await learner.state());
  expect(other.learner.update(views, { log: true })).toEqual(step());
});

test('its options are checked like any others', async () => {
  const { options } = await externalObjective(`${file}#SimSiam`);
  expect(() => checkOptions(options, { hiden: 3 }, { prefix: 'encoder' })).toThrow(
    'did you mean encoder.hidden?',
  );
  expect(checkOptions(options, {})).toMatchObject({ hidden: 256, learningRate: 1e-3, every: 1 });
});

test.each([
  [`${file}#SimSim`, 'it exports no function SimSim; write'],
  [file, 'which of its objectives is meant; write'],
  [join(folder, 'none.ts#X'), 'there is no file'],
  [join(folder, 'odd.ts#nothing'), 'nothing must return { description, options, create }'],
])('says in one line what is wrong with %s', async (id, message) => {
  expect(isObjectiveFile(id)).toBe(true);
  await expect(externalObjective(id)).rejects.toThrow(message);
  await expect(externalObjective(id)).rejects.toThrow(/^[^\n]+$/);
});
