import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { Augmenter, augmentSteps, type AugmentRecipe } from '../../src/encoders/index.ts';

const SHAPE = { height: 4, width: 4, channels: 6 };
const BYTES = 4 * 4 * 6;

const batch = (n: number) => Uint8Array.from({ length: n * BYTES }, (_, i) => (37 * i) % 251);

const augmenter = (recipe: AugmentRecipe) => new Augmenter(recipe, new Random('augmenter'));

test('images of each role get their own steps, in place', () => {
  const steps = {
    views: augmentSteps([{ op: 'flip', p: 1 }]),
    second: augmentSteps([{ op: 'solarize', p: 1 }]),
  };
  const made = augmenter(steps);
  const [first, second, agent] = [batch(2), batch(2), batch(2)];
  made.view(0, first, SHAPE);
  made.view(1, second, SHAPE);
  made.agent(agent, SHAPE);
  expect(agent).toEqual(batch(2));
  expect(second).toEqual(batch(2).map((byte) => (byte >= 128 ? 255 - byte : byte)));
  const pixels = (bytes: Uint8Array) => bytes.slice(0, 6).join();
  expect(pixels(first)).toBe(pixels(batch(2).slice(3 * 6)));
  expect([made.changes(0), made.changes(1)]).toEqual([true, true]);
  expect(augmenter({ agent: steps.views }).changes(0)).toBe(false);
});

test('further views do as the first where nothing is said of them', () => {
  const made = augmenter({ views: augmentSteps([{ op: 'flip', p: 1 }]) });
  const [first, third] = [batch(1), batch(1)];
  made.view(0, first, SHAPE);
  made.view(2, third, SHAPE);
  expect(third).toEqual(first);
});

test('every image draws for itself, and the draws go on from a saved generator', () => {
  const recipe = { views: augmentSteps([{ op: 'flip', p: 0.5 }]) };
  const made = augmenter(recipe);
  const images = batch(1);
  const many = new Uint8Array(32 * BYTES).map((_, i) => images[i % BYTES]);
  made.view(0, many, SHAPE);
  const kinds = Array.from({ length: 32 }, (_, k) => many.slice(k * BYTES, (k + 1) * BYTES).join());
  expect(new Set(kinds).size).toBe(2);
  const copy = augmenter(recipe);
  copy.random.restore(made.random.state());
  const [a, b] = [batch(16), batch(16)];
  made.view(0, a, SHAPE);
  copy.view(0, b, SHAPE);
  expect(b).toEqual(a);
});

test('parts that are resized already are not resized again', () => {
  const made = augmenter({ views: augmentSteps(['resizedCrop']) });
  const images = batch(3);
  made.view(2, images, SHAPE, { part: true });
  expect(images).toEqual(batch(3));
  made.view(2, images, SHAPE);
  expect(images).not.toEqual(batch(3));
});
