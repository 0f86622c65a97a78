import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import {
  envShortName,
  experimentHash,
  experimentKeys,
  experimentSchema,
  experimentYaml,
  methodName,
  parseExperiment,
  parseOverrides,
  runName,
} from '../../src/runs/index.ts';
import { experiment, messageFrom, MINIMAL } from './fixtures.ts';

describe('parseExperiment', () => {
  test('fills in the defaults', () => {
    expect(parseExperiment(MINIMAL, 'test')).toEqual(
      experimentSchema.parse({ env: { id: 'control/CartpoleSwingup-v0' } }),
    );
    expect(experiment()).toMatchObject({ version: 1, agent: { id: 'sac' }, encoder: { id: 'curl' } });
  });

  test('reads JSON, also indented with tabs', () => {
    const json = JSON.stringify({ env: { id: 'a/B-v0', size: 84 }, steps: 5 }, null, '\t');
    expect(parseExperiment(json, 'x.json')).toMatchObject({ env: { id: 'a/B-v0', size: 84 }, steps: 5 });
  });

  test('leaves the options of parts to their registries', () => {
    const text = `${MINIMAL}\nagent: { learningRate: 3e-4, hidden: [64, 64] }`;
    expect(parseExperiment(text, 'x').agent).toEqual({ id: 'sac', learningRate: 3e-4, hidden: [64, 64] });
  });

  test('overrides are YAML values, the last one wins, null restores the default', () => {
    const list = parseOverrides([
      'env.size=84',
      'agent.hidden=[8, 8]',
      'seed=2',
      'seed=3',
      'augment.crop=null',
    ]);
    const parsed = parseExperiment(`${MINIMAL}\naugment: { crop: 76 }`, 'x', list);
    expect(parsed).toMatchObject({ seed: 3, env: { size: 84 }, agent: { id: 'sac', hidden: [8, 8] } });
    expect(parsed.augment).toEqual({});
  });

  test('overrides alone make an experiment', () => {
    expect(parseExperiment('', 'command line', { 'env.id': 'a/B-v0' }).env.id).toBe('a/B-v0');
  });

  const bad: [text: string, overrides: Record<string, string>, message: string | RegExp][] = [
    ['', {}, /^exp\.yaml: env\.id .* is missing: give a text\.$/],
    ['- 1', {}, /^exp\.yaml: an experiment must be a mapping/],
    ['steps: [1, 2\nseed: 3', {}, /^exp\.yaml:2:1: this is not valid YAML: /],
    ['{"env":{"id":"a"}', {}, /^exp\.yaml:1:18: this is not valid YAML: /],
    ['a: 1\n---\nb: 2', {}, 'exp.yaml:2:1: there must be one document only.'],
    [`${MINIMAL}\nseed: 1\nseed: 2`, {}, /^exp\.yaml:3:1: .*unique/],
    [`${MINIMAL}\nenv2: *x`, {}, /^exp\.yaml: this is not valid YAML: Unresolved alias/],
    [`${MINIMAL}\nstepz: 5`, {}, 'exp.yaml:2:1: unknown key stepz; did you mean steps?'],
    [
      `${MINIMAL}\ntrain:\n  batchsize: 5`,
      {},
      'exp.yaml:3:3: unknown key train.batchsize; did you mean train.batchSize?',
    ],
    [`${MINIMAL}\nbatchSize: 5`, {}, 'exp.yaml:2:1: unknown key batchSize; did you mean train.batchSize?'],
    ['envv: { id: a }', {}, /^exp\.yaml:1:1: unknown key envv; did you mean env\? \(and 1 more problem\)$/],
    [`${MINIMAL}\nsteps: -5`, {}, /^exp\.yaml:2:1: steps \(.*\) must be a positive integer, got -5\.$/],
    [`${MINIMAL}\nsteps: 1.5`, {}, /steps .* must be a positive integer, got 1\.5\.$/],
    [`${MINIMAL}\nsteps: many`, {}, /steps .* must be a positive integer, got "many"\.$/],
    [`${MINIMAL}\nsteps: .inf`, {}, 'exp.yaml:2:1: steps must be a finite number.'],
    [`${MINIMAL}\nagent: { id: sac, rate: .nan }`, {}, 'exp.yaml:2:19: agent.rate must be a finite number.'],
    [`${MINIMAL}\nseed: -1`, {}, /seed .* must be a non-negative integer, got -1\.$/],
    [`${MINIMAL}\ntrain: 5`, {}, 'exp.yaml:2:1: train must be a mapping, got 5.'],
    [`${MINIMAL}\nagent: sac`, {}, /agent .* must be a mapping, got "sac"; write agent\.id\.$/],
    [`${MINIMAL}\nengine: { name: gpu }`, {}, /engine\.name must be one of auto, .*, cpu, got "gpu"\.$/],
    [`${MINIMAL}\nname: ../up`, {}, /name .* got "\.\.\/up"\.$/],
    [`${MINIMAL}\nname: ..`, {}, /name .* got "\.\."\.$/],
    [`${MINIMAL}\nversion: 2`, {}, /version .* must be 1, got 2\.$/],
    [
      `${MINIMAL}\naugment: { crop: 101 }`,
      {},
      'exp.yaml:2:12: augment.crop must be at most env.size (100), got 101.',
    ],
    [MINIMAL, { steps: '-5' }, /^--set steps=-5: steps .* must be a positive integer, got -5\.$/],
    [`${MINIMAL}\nsteps: 5`, { 'steps.x': '1' }, '--set steps.x=1: steps is 5, it holds no keys.'],
    [MINIMAL, { 'trian.batchSize': '1' }, '--set trian.batchSize=1: unknown key trian; did you mean train?'],
    [MINIMAL, { 'train.batchSize': '[1' }, /^--set train\.batchSize=\[1: this is not valid YAML: /],
    [MINIMAL, { '__proto__.x': '1' }, /^--set __proto__\.x=1: the key must be dotted words/],
    [MINIMAL, { 'a..b': '1' }, /^--set a\.\.b=1: the key must be dotted words/],
  ];
  test.each(bad)('%j with %j is refused in one line', (text, overrides, message) => {
    const action = () => parseExperiment(text, 'exp.yaml', overrides);
    expect(action).toThrow(InputError);
    const found = messageFrom(action);
    expect(found).not.toContain('\n');
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  test('an override needs an equals sign', () => {
    expect(() => parseOverrides(['steps'])).toThrow(/^--set steps: write a dotted key and its value/);
  });

  test('any text gives an experiment or an InputError of one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'env: {id}[]\n-,"\'*&#!|>1ax\t%@`') }), (text) => {
        try {
          parseExperiment(`${MINIMAL}\n${text}`, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
    );
  });
});

describe('experimentYaml', () => {
  test('reads back as the same experiment', () => {
    const options = fc.dictionary(
      fc.stringMatching(/^[a-z]\w{0,8}$/),
      fc.oneof(fc.integer(), fc.string(), fc.boolean()),
    );
    const arbitrary = fc.record({
      seed: fc.nat(),
      steps: fc.integer({ min: 1 }),
      env: options.map((rest) => ({ ...rest, id: 'a/B-v0', size: 84, actionRepeat: 2, frameStack: 3 })),
      agent: options.map((rest) => ({ ...rest, id: 'sac' })),
    });
    fc.assert(
      fc.property(arbitrary, (input) => {
        const whole = experimentSchema.parse(input);
        expect(parseExperiment(experimentYaml(whole), 'x')).toEqual(whole);
      }),
    );
  });
});

describe('names', () => {
  test.each([
    ['control/CartpoleSwingup-v0', 'cartpole-swingup'],
    ['arcade/Pong-v5', 'pong'],
    ['BallInCupCatch-v12', 'ball-in-cup-catch'],
    ['odd name/../x', 'x'],
  ])('%s is %s for short', (id, short) => expect(envShortName(id)).toBe(short));

  test('a method is agent and objective', () => {
    expect(methodName({ agent: { id: 'sac' }, encoder: { id: 'curl' } })).toBe('sac-curl');
    expect(methodName({ agent: { id: 'ppo' }, encoder: { id: 'none' } })).toBe('ppo');
  });

  test('a run is named by method, environment, seed and configuration', () => {
    expect(runName(experiment({ seed: '7' }))).toMatch(/^sac-curl-cartpole-swingup-s7-[0-9a-f]{8}$/);
  });

  const base = experimentHash(experiment());
  test.each<Record<string, string>>([
    { steps: '5' },
    { seed: '9' },
    { 'engine.name': 'cpu' },
    { 'checkpoint.every': '7' },
    { name: 'other' },
  ])('the hash does not change with %j', (overrides) =>
    expect(experimentHash(experiment(overrides))).toBe(base),
  );
  test.each<Record<string, string>>([
    { 'env.id': 'control/WalkerWalk-v0' },
    { 'env.size': '84' },
    { 'agent.learningRate': '0.1' },
    { 'encoder.id': 'none' },
    { 'train.batchSize': '64' },
    { 'replay.capacity': '10' },
  ])('the hash changes with %j', (overrides) => expect(experimentHash(experiment(overrides))).not.toBe(base));
  test('the hash does not depend on the order of keys', () => {
    const a = parseExperiment(`${MINIMAL}\nagent: { id: sac, x: 1, y: 2 }`, 'a');
    const b = parseExperiment(`agent: { y: 2, x: 1, id: sac }\n${MINIMAL}`, 'b');
    expect(experimentHash(a)).toBe(experimentHash(b));
  });
});

test('experimentKeys lists every key with what it accepts', () => {
  const keys = new Map(experimentKeys().map((key) => [key.key, key]));
  expect(keys.get('train.batchSize')).toMatchObject({ accepts: 'a positive integer', default: 128 });
  expect(keys.get('engine.name')?.accepts).toContain('wasm');
  // These stand in an experiment only where they are given.
  const optional = ['callbacks', 'encoderFrom', 'pretrain'];
  const text = experimentYaml(experiment());
  for (const section of [...keys.keys()].map((key) => key.split('.')[0])) {
    expect(text.includes(`${section}:`), section).toBe(!optional.includes(section));
  }
});
