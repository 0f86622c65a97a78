import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bilinearInfoNce, contrastiveAccuracy } from '../../src/curl/index.ts';
import { Parameters, emaStep, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { expectEntry, gradientsOf, tensorOf } from '../tensors.ts';
import { vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

const checks: Record<string, (vector: VectorCase) => void> = {
  curl_bilinear(vector) {
    const positive = tensorOf<tf.Tensor2D>(vector.inputs.z_pos);
    const inputs = { z_a: tensorOf(vector.inputs.z_a), W: tensorOf(vector.inputs.W) };
    const forward = (values: Record<string, tf.Tensor>) =>
      bilinearInfoNce(values.z_a as tf.Tensor2D, positive, values.W as tf.Tensor2D);
    const { loss, logits } = forward(inputs);
    expectEntry(vector, 'loss', loss);
    if ('logits' in vector.expected) expectEntry(vector, 'logits', logits);
    if ('accuracy' in vector.expected) expectEntry(vector, 'accuracy', contrastiveAccuracy(logits));
    const gradients = gradientsOf(inputs, (values) => forward(values).loss);
    for (const name of Object.keys(inputs)) {
      if (`grad_${name}` in vector.expected) expectEntry(vector, `grad_${name}`, gradients[name]);
    }
  },
  ema(vector) {
    const target = new Parameters();
    target.add('w', tensorOf(vector.inputs.target));
    const online = vector.inputs.online;
    (online as VectorTensor[]).forEach((value, step) => {
      const source = new Parameters();
      source.add('w', tensorOf(value));
      emaStep(target, source, 1 - (vector.params.momentum as number));
      expectEntry(vector, `target_${step}`, target.variables[0]);
    });
  },
};

/** The cases of CURL itself; the other objectives bring theirs. */
const cases = vectorCases('contrastive.json').filter((vector) => vector.params.kind in checks);

describe.each(['cpu', 'wasm'] as const)('%s engine', (name) => {
  beforeAll(async () => {
    await startEngine({ name, threads: 2 });
  });
  afterAll(stopEngine);

  test.each(cases.map((vector) => [vector.name, vector] as const))('contrastive.json: %s', (_, vector) => {
    tf.tidy(() => checks[vector.params.kind](vector));
  });

  test('covers the cases of CURL', () => {
    expect(cases.length).toBeGreaterThan(0);
  });
});
