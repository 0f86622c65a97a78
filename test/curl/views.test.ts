import { expect, test } from 'vitest';
import { encoders, type EncoderEntry } from '../../src/curl/index.ts';
import { augmentSteps } from '../../src/encoders/index.ts';
import { parseExperiment } from '../../src/runs/index.ts';
import { resolveExperiment } from '../../src/train/resolve.ts';

/** The `augment` of a run as its folder will hold it. */
function augmentOf(overrides: Record<string, string>) {
  const text = 'env: { id: control/CartpoleSwingup-v0 }';
  return resolveExperiment(parseExperiment(text, 'inline', { 'augment.crop': '84', ...overrides })).augment;
}

test('there is nothing beside the crop unless it is asked for', () => {
  expect(augmentOf({})).toEqual({ crop: 84 });
  expect(augmentOf({ 'encoder.id': 'simclr' })).toEqual({ crop: 84 });
});

test('steps from the command line are checked and filled in', () => {
  const views = '[flip, { op: blur, p: 0.1 }]';
  expect(augmentOf({ 'augment.views': views, 'augment.agent': '[shift]' })).toEqual({
    crop: 84,
    views: augmentSteps(['flip', { op: 'blur', p: 0.1 }]),
    agent: augmentSteps(['shift']),
  });
});

test.each([
  [{ 'augment.views': '[blurr]' }, 'augment.views.0: there is no augmentation blurr; did you mean blur?'],
  [{ 'augment.agent': '[{ op: crop, size: 64 }]' }, 'augment.agent.0: the size of pictures is set by'],
  [{ 'augment.view': '[flip]' }, 'did you mean augment.views?'],
])('refuses %j', (overrides, message) => {
  expect(() => augmentOf(overrides as Record<string, string>)).toThrow(message);
});

const withRecipes = Object.entries(encoders as Record<string, EncoderEntry>).filter(
  ([id]) => id !== 'curl' && id !== 'none',
);

test.each(withRecipes)(
  'the preset paper of %s augments its views as the paper does',
  (id, { paperViews }) => {
    const given = { 'encoder.id': id, 'encoder.preset': 'paper' };
    const { views, second } = augmentOf(given);
    expect(views).toEqual(augmentSteps(paperViews!.views));
    expect(second).toEqual(paperViews!.second && augmentSteps(paperViews!.second));
    expect(augmentOf({ ...given, 'augment.views': '[]' })).toEqual({ crop: 84, views: [] });
  },
);
