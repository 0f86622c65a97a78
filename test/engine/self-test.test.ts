import { afterEach, describe, expect, test, vi } from 'vitest';
import { Random, RunError } from '../../src/base/index.ts';
import { fingerprint, relativeError } from '../../src/engine/fingerprint.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { selfTest } from '../../src/engine/self-test.ts';

vi.mock('../../src/engine/kernels/index.ts', async (original) => ({
  ...(await original<object>()),
  // Kernels of ours with an error in one gradient.
  installKernels: () => {
    const library = tf.getKernel('Conv2DBackpropFilter', 'wasm') as tf.KernelConfig;
    replaceKernel('wasm', scaledFilterGradient(library, 0.7));
    return Promise.resolve({
      simd: 'simd128',
      threads: 2,
      uninstall: () => replaceKernel('wasm', library),
      close: () => Promise.resolve(),
    });
  },
}));

function replaceKernel(backend: string, config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, backend);
  tf.registerKernel(config);
}

/** A weight gradient that is off by a factor. */
function scaledFilterGradient(library: tf.KernelConfig, factor: number): tf.KernelConfig {
  return {
    ...library,
    kernelFunc: (args) => {
      const gradient = library.kernelFunc(args) as tf.TensorInfo;
      const values = args.backend as { readSync(id: object): Float32Array; disposeData(id: object): void };
      const scaled = values.readSync(gradient.dataId).map((x) => x * factor);
      const made = tf.engine().makeTensor(scaled, gradient.shape, 'float32');
      values.disposeData(gradient.dataId);
      return made;
    },
  };
}

afterEach(stopEngine);

describe('selfTest', () => {
  test('kernels of ours that are wrong give way to the composed ones, with a note', async () => {
    const engine = await startEngine({ name: 'wasm', threads: 2 });
    expect(engine).toMatchObject({ name: 'wasm', kernels: 'composed', threads: 2 });
    expect(engine.notes).toHaveLength(1);
    expect(engine.notes[0]).toMatch(/our kernels are not in use.*gradient of filter. is off by [23]\d%/);
    expect(engine.selfTest.error).toBeLessThan(1e-4);
  });

  test('passes on the cpu backend and fails once a kernel there is wrong', async () => {
    await startEngine({ name: 'cpu' });
    expect((await selfTest()).error).toBeLessThan(1e-5);
    const library = tf.getKernel('Conv2DBackpropFilter', 'cpu') as tf.KernelConfig;
    replaceKernel('cpu', scaledFilterGradient(library, 1.02));
    try {
      await expect(selfTest()).rejects.toThrow(RunError);
      await expect(selfTest()).rejects.toThrow(/gradient of filter. is off by [1-3]\.\d%/);
    } finally {
      replaceKernel('cpu', library);
    }
  });
});

test('selfTest notices sums over a whole batch that end early', async () => {
  await startEngine({ name: 'cpu' });
  const library = tf.getKernel('Conv2DBackpropFilter', 'cpu') as tf.KernelConfig;
  const short = scaledFilterGradient(library, 65536 / 215168);
  const isLong = (args: Parameters<tf.KernelFunc>[0]) => (args.inputs.x as tf.TensorInfo).shape[0] === 128;
  const kernelFunc: tf.KernelFunc = (args) => (isLong(args) ? short : library).kernelFunc(args);
  replaceKernel('cpu', { ...library, kernelFunc });
  try {
    await expect(selfTest()).rejects.toThrow(
      'self-test failed: a filter gradient over 215168 positions is off by 70%',
    );
  } finally {
    replaceKernel('cpu', library);
  }
});

describe('fingerprint', () => {
  const values = Random.stream(2, 'values').normals(500);
  const reference = fingerprint(values);

  test('is that of no other tensor', () => {
    expect(relativeError(values, reference)).toBe(0);
    expect(
      relativeError(
        values.map((x) => x * 1.31),
        reference,
      ),
    ).toBeCloseTo(0.31, 1);
    expect(
      relativeError(
        values.map((x) => -x),
        reference,
      ),
    ).toBeGreaterThan(1);
    expect(relativeError(values.toReversed(), reference)).toBeGreaterThan(0.5);
    expect(relativeError(new Float32Array(500), reference)).toBeGreaterThanOrEqual(1);
    expect(relativeError(values.fill(NaN, 3, 4), reference)).toBe(Infinity);
  });
});
