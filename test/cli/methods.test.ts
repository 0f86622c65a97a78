import { describe, expect, test } from 'vitest';
import { experimentFrom } from '../../src/cli/training/experiment.ts';
import { listMethods, readMethod } from '../../src/runs/index.ts';

const env = 'control/CartpoleSwingup-v0';

describe('every method that comes with Curlew', () => {
  test.each(listMethods())('%s makes an experiment of its own, and over the quickstart', (method) => {
    expect(readMethod(method).description).not.toBe('');
    expect(experimentFrom(undefined, { env, method }).env.id).toBe(env);
    expect(experimentFrom('quickstart', { method }).train.batchSize).toBe(64);
  });
});

test('methods differ in their settings', () => {
  const of = (method: string) => experimentFrom('quickstart', { method });
  expect(of('sac')).toMatchObject({ encoder: { id: 'none' }, augment: {} });
  expect(of('sac').augment.crop).toBeUndefined();
  expect(of('rad')).toMatchObject({ encoder: { id: 'none' }, augment: { crop: 48 } });
  expect(of('drq').agent).toMatchObject({ lossViews: 2, targetViews: 2, hidden: 256 });
  expect(of('curl-joint')).toMatchObject({ agent: { update: 'joint' }, encoder: { id: 'curl' } });
  expect(of('state-sac')).toMatchObject({ env: { observation: 'state' }, backbone: { id: 'mlp' } });
});

test('a file keeps its sizes, what is said on the command line wins', () => {
  expect(experimentFrom(undefined, { env, method: 'rad' })).toMatchObject({
    env: { size: 100 },
    augment: { crop: 84 },
  });
  const given = experimentFrom('quickstart', { method: 'rad', set: ['augment.crop=40', 'agent.hidden=32'] });
  expect(given).toMatchObject({ env: { size: 54 }, augment: { crop: 40 }, agent: { hidden: 32 } });
});

test('an unknown method is named with its nearest', () => {
  expect(() => experimentFrom('quickstart', { method: 'rda' })).toThrow(/no method rda; did you mean rad\?/);
});
