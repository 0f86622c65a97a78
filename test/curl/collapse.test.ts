import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CollapseWatch, collapseOf } from '../../src/curl/collapse.ts';
import { health } from '../../src/curl/health.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { Random } from '../../src/base/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'cpu', threads: 1 });
});
afterAll(stopEngine);

/** Health of two views of embeddings `[16, 8]`, as it is logged. */
function healthOf(a: tf.Tensor2D, b = a): Record<string, number> {
  const entries = Object.entries(health(a, b)).map(([name, value]) => [name, value.dataSync()[0]] as const);
  return Object.fromEntries(entries);
}

const noise = (scale: number, offset: number) =>
  tf.tidy(() =>
    tf.add(offset, tf.mul(scale, tf.tensor2d(new Random('noise').normals(128), [16, 8]))),
  ) as tf.Tensor2D;

describe('health', () => {
  test('of spread embeddings is 1 / sqrt(D), or 1 in its own units', () => {
    const values = healthOf(noise(1, 0));
    expect(values['embedding.std'] * Math.sqrt(8)).toBeCloseTo(values['embedding.spread'], 5);
    expect(values['embedding.spread']).toBeGreaterThan(0.85);
    expect(values['embedding.spread']).toBeLessThan(1.05);
    expect(values['similarity.positive']).toBeCloseTo(1, 5);
    expect(Math.abs(values['similarity.negative'])).toBeLessThan(0.1);
    expect(collapseOf(values)).toBeNull();
  });

  test('of one point is 0, and a collapse', () => {
    const values = healthOf(noise(0, 1));
    expect(values['embedding.spread']).toBeCloseTo(0, 4);
    expect(values['similarity.negative']).toBeCloseTo(1, 5);
    expect(collapseOf(values)).toMatch(/^the encoder has collapsed.* try encoder.norm=batch/);
  });
});

test('close embeddings that are told apart are no collapse', () => {
  const values = { 'embedding.spread': 0.01, 'similarity.positive': 0.999, 'similarity.negative': 0.998 };
  expect(collapseOf({ ...values, 'contrastive.accuracy': 0.05 })).toContain('collapsed');
  expect(collapseOf({ ...values, 'contrastive.accuracy': 0.9 })).toBeNull();
  expect(collapseOf({ ...values, 'similarity.negative': 0.9 })).toBeNull();
});

test('prototypes that nobody uses are a collapse of their own', () => {
  expect(collapseOf({ 'prototypes.entropy': 0.2, 'embedding.spread': 0.9 })).toContain(
    'encoder.epsilon=0.03',
  );
});

test('the watch speaks once, after some lines in succession', () => {
  const [bad, good] = [{ 'embedding.spread': 0 }, { 'embedding.spread': 1 }];
  const watch = new CollapseWatch();
  const said = [bad, bad, bad, bad, good, bad, bad, bad, bad, bad, bad, bad].map((values) =>
    watch.see(values),
  );
  expect(said.map((text) => text !== null).indexOf(true)).toBe(9);
  expect(said.filter((text) => text !== null)).toHaveLength(1);
  expect(said[9]).toMatch(/^warning: [^\n]*docs\/encoders\.md\.$/);
  expect(watch.see({ 'loss.critic': 1 })).toBeNull();
});
