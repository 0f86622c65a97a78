import { expect, test } from 'vitest';
import {
  cellsOf,
  chooseCells,
  parseSuite,
  readSuite,
  seedsOf,
  shippedSuites,
  suiteFile,
} from '../../src/bench/index.ts';
import { messageFrom } from '../runs/fixtures.ts';
import { SUITE } from './fixture.ts';

const parse = (text: string) => parseSuite(text, 'my.yaml');
const cellsFrom = (text: string) => cellsOf(parse(text));

test.each(shippedSuites())(
  'the suite %s has settings that work, with budgets in environment steps',
  (name) => {
    const suite = readSuite(suiteFile(name));
    const cells = cellsOf(suite);
    expect(suite.name).toBe(name);
    expect(cells).toHaveLength(suite.methods.length * suite.environments.length * seedsOf(suite).length);
    for (const { experiment, environment, seed } of cells) {
      expect(experiment.steps * environment.actionRepeat).toBe(suite.budget);
      expect(experiment.evaluation.every * environment.actionRepeat).toBe(suite.evaluation.every);
      expect(experiment).toMatchObject({
        seed,
        env: { id: environment.id, actionRepeat: environment.actionRepeat },
      });
    }
  },
);

test('all suites that are asked for are there', () => {
  expect(shippedSuites()).toEqual(
    expect.arrayContaining(['arcade100k', 'control-lite', 'control100k', 'distract', 'encoders', 'smoke']),
  );
});

test('seeds come one after the other, each with every method on every task', () => {
  const cells = cellsFrom(SUITE);
  expect(cells.map(({ seed }) => seed)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  expect(new Set(cells.slice(0, 4).map(({ key }) => key)).size).toBe(4);
});

test('methods go over environments, environments over the base; another part takes no options of the one before', () => {
  const text = SUITE.replace(
    /environments:[\s\S]*/,
    `environments:
  - { id: control/CartpoleSwingup-v0, actionRepeat: 2, set: { train.batchSize: 8, agent.hidden: 16 }, methods: { b: { train.batchSize: 64 } } }
methods:
  - { id: a, encoder: none, set: { train.batchSize: 16 } }
  - { id: b, agent: { id: sac, discount: 0.9 }, encoder: curl }
  - { id: c, preset: sac, set: { agent: { id: ppo } } }
`,
  ).replace('base:', 'base:\n  augment: { crop: 5 }\n  agent: { id: sac, initialTemperature: 0.5 }');
  const [a, b, c] = cellsFrom(text).map(({ experiment }) => experiment);
  expect(a).toMatchObject({
    train: { batchSize: 16 },
    agent: { id: 'sac', hidden: 16, initialTemperature: 0.5 },
  });
  expect(b).toMatchObject({
    train: { batchSize: 64 },
    agent: { hidden: 16, discount: 0.9 },
    augment: { crop: 5 },
  });
  expect(c.agent).not.toHaveProperty('initialTemperature');
  expect(c.augment.crop).toBeUndefined();
});

test('settings tell runs apart by what the suite says of them, not by seed, length, threads or checkpoints', () => {
  const [first] = cellsFrom(SUITE);
  const changed = (from: string, to: string) => cellsFrom(SUITE.replace(from, to))[0].settings;
  expect(cellsFrom(SUITE)[4].settings).toBe(first.settings);
  expect(changed('budget: 80', 'budget: 160')).toBe(first.settings);
  expect(changed('seeds: 2', 'seeds: [7]')).toBe(first.settings);
  expect(changed('base:', 'base:\n  engine: { name: wasm }\n  checkpoint: { every: 3 }')).toBe(
    first.settings,
  );
  expect(changed('batchSize: 4', 'batchSize: 5')).not.toBe(first.settings);
  expect(changed('episodes: 2', 'episodes: 3')).not.toBe(first.settings);
});

test('a choice of names narrows over kinds and widens within one', () => {
  const cells = cellsFrom(SUITE);
  const keys = (...names: string[]) => chooseCells(cells, names).map(({ key }) => key);
  expect(keys()).toHaveLength(8);
  expect(keys('curl', 's2')).toEqual(['curl|control/CartpoleSwingup-v0|2', 'curl|control/ReacherEasy-v0|2']);
  expect(keys('curl', 'rad', 'reacher-easy', 's1')).toHaveLength(2);
  expect(messageFrom(() => keys('crul'))).toMatch(/--only crul: .* did you mean curl\?/);
});

test.each<[string, string, RegExp]>([
  ['seeds: 2', 'sedes: 2', /my\.yaml:4:1: unknown key sedes; did you mean seeds\?/],
  ['budget: 80', 'budget: 81', /budget of 81 environment steps is no whole number of agent steps/],
  ['{ id: curl, encoder: curl }', '{ id: rad, encoder: curl }', /the method rad is listed twice/],
  [
    'encoder: curl }',
    'encoder: crul }',
    /curl on control\/CartpoleSwingup-v0: encoder\.id: there is no crul; did you mean curl/,
  ],
  ['batchSize: 4', 'batchsize: 4', /rad on .*: unknown key train\.batchsize; did you mean train\.batchSize/],
  ['random: -10, reference: 10', 'random: 10, reference: 10', /needs a reference that differs/],
  [
    '{ id: curl, encoder: curl }',
    '{ id: other, preset: rda }',
    /other: there is no method rda; did you mean rad\?/,
  ],
  ['encoder: curl }', 'encoder: none, set: { augment.crop: 5 } }', /rad and curl have the same settings/],
])('%s -> %s is refused in one line', (from, to, message) => {
  const told = messageFrom(() => cellsFrom(SUITE.replace(from, to)));
  expect(told).toMatch(message);
  expect(told).not.toContain('\n');
});

test('a suite that does not exist is answered with the nearest one', () => {
  expect(messageFrom(() => suiteFile('smok'))).toMatch(/There is no suite smok; did you mean smoke\?/);
});
