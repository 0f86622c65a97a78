import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import type { RunningEngine } from '../../src/engine/engine.ts';
import { startWebgpuEngine } from '../../src/engine/webgpu-start.ts';
import { OPERATIONS, resultsOf, trialsOf } from './agreement.ts';
import type { Trial } from './agreement.ts';
import { expectNear, Fixture, TENSORFLOW, VARIANTS, WEBGPU } from './kernels-support.ts';
import type { Given } from './kernels-support.ts';

/** Random shapes for each operation. */
const SHAPES = Number(process.env.CURLEW_SHAPES || 200);

interface Reference {
  trial: Trial;
  want: Record<string, Given>;
}

describe(`${SHAPES} random shapes for each operation, values and gradients as on the cpu backend`, () => {
  const references: Record<string, Reference[]> = {};
  beforeAll(async () => {
    await startEngine({ name: 'cpu' });
    for (const operation of Object.keys(OPERATIONS)) {
      references[operation] = [];
      for (const trial of trialsOf(operation, SHAPES)) {
        references[operation].push({ trial, want: await resultsOf(trial) });
      }
    }
    await stopEngine();
  }, 300_000);

  const agree = async (operation: string, count = SHAPES) => {
    expect(references[operation]).toHaveLength(SHAPES);
    for (const { trial, want } of references[operation].slice(0, count)) {
      const got = await resultsOf(trial);
      expect(Object.keys(got)).toEqual(Object.keys(want));
      for (const name of Object.keys(want))
        expectNear(got[name], want[name], `${trial.label}: ${name}`, 1e-5);
    }
  };

  describe.each(VARIANTS.filter(({ threads }, i) => threads === 2 || i >= 4))('$simd kernels', (variant) => {
    let fixture: Fixture;
    beforeAll(async () => {
      fixture = await Fixture.start(variant.simd, variant.threads);
      await tf.setBackend('wasm');
    });
    afterAll(() => fixture.stop());
    test.each(Object.keys(OPERATIONS))('%s', (operation) => agree(operation));
  });

  if (TENSORFLOW !== null) test.skip(`tensorflow: ${TENSORFLOW}`, () => {});
  describe.runIf(TENSORFLOW === null)('tensorflow', () => {
    beforeAll(async () => {
      await startEngine({ name: 'tensorflow' });
    });
    afterAll(stopEngine);
    test.each(Object.keys(OPERATIONS))('%s', (operation) => agree(operation));
  });

  if (WEBGPU !== null) test.skip(`webgpu: ${WEBGPU}`, () => {});
  describe.runIf(WEBGPU === null)('webgpu, a few shapes because its adapter may be in software', () => {
    let engine: RunningEngine;
    beforeAll(async () => {
      // Without the self-test, which adapters in software fail on long sums.
      engine = await startWebgpuEngine({ threads: 1, kernels: 'own', auto: false });
    });
    afterAll(() => engine.stop());
    test.each(Object.keys(OPERATIONS))('%s', (operation) => agree(operation, 5));
  });
});
