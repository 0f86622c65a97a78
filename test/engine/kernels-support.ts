import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  installKernels,
  installNativeKernels,
  isNativeBuilt,
  loadAddon,
} from '../../src/engine/kernels/index.ts';
import type { KernelSet, NativeSimd, Simd } from '../../src/engine/kernels/index.ts';
import { describeEngine } from '../../src/engine/start.ts';
import { startWasm } from '../../src/engine/wasm-start.ts';
import type { WasmBackend } from '../../src/engine/wasm-start.ts';

/** A tensor to make on a backend. */
export interface Given {
  shape: number[];
  values: Float32Array | Int32Array;
}

export interface Called {
  kernel: string;
  inputs: Record<string, Given>;
  attrs?: Record<string, unknown>;
}

/** The addon's builds of the kernels that this processor can run; none where the addon was not built. */
export const NATIVE: NativeSimd[] = isNativeBuilt() ? loadAddon().variants() : [];

/** Why these engines are not here; null where they are. */
export const TENSORFLOW = describeEngine('tensorflow').missing;
export const WEBGPU = describeEngine('webgpu').missing;

/**
 * The four modules, with and without fused multiply-add, on shared and on plain memory, and the native builds.
 * `native.test.ts` reports where there are none.
 */
export const VARIANTS: { simd: Simd | NativeSimd; threads: number }[] = [
  { simd: 'relaxed', threads: 2 },
  { simd: 'simd128', threads: 2 },
  { simd: 'relaxed', threads: 1 },
  { simd: 'simd128', threads: 1 },
  ...NATIVE.map((simd, i) => ({ simd, threads: i === 0 ? 2 : 1 })),
];

/** A wasm backend with our kernels. */
export class Fixture {
  readonly set: KernelSet;
  readonly wasm: WasmBackend;

  private constructor(wasm: WasmBackend, set: KernelSet) {
    this.wasm = wasm;
    this.set = set;
  }

  static async start(simd: Simd | NativeSimd, threads: number): Promise<Fixture> {
    // A backend that was stopped is gone from the registry, where the start looks for it.
    if (!tf.findBackendFactory('wasm')) tf.registerBackend('wasm', () => new tf.KernelBackend());
    const wasm = await startWasm(threads);
    const set =
      simd === 'relaxed' || simd === 'simd128'
        ? await installKernels(wasm.heap, { simd })
        : installNativeKernels(wasm.heap, { simd, threads });
    return new Fixture(wasm, set);
  }

  async stop(): Promise<void> {
    this.set.uninstall();
    await this.set.close();
    this.wasm.stop();
  }
}

export function normals(random: Random, shape: number[]): Given {
  return { shape, values: random.normals(tf.util.sizeFromShape(shape)) };
}

export function integer(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.integer(choices.length)];
}

/** Runs a kernel on one backend and gives the values and shapes of all its outputs. */
export async function run(backend: 'cpu' | 'wasm', called: Called): Promise<Given[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs: tf.NamedTensorMap = {};
    for (const [name, { shape, values }] of Object.entries(called.inputs)) {
      inputs[name] = tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');
    }
    const result: unknown = tf.engine().runKernel(called.kernel, inputs, called.attrs as tf.NamedAttrMap);
    const outputs = (Array.isArray(result) ? result : [result]) as tf.Tensor[];
    const given = outputs.map((tensor) => ({
      shape: tensor.shape,
      values: Float32Array.from(tensor.dataSync()),
    }));
    return given as unknown as tf.TensorContainerObject;
  }) as unknown as Given[];
}

/** Requires that all values are within `tolerance` times the largest expected magnitude. */
export function expectNear(got: Given, want: Given, label: string, tolerance = 1e-5): void {
  expect(got.shape, `${label}: shape`).toEqual(want.shape);
  let scale = 0;
  for (const value of want.values) scale = Math.max(scale, Math.abs(value));
  want.values.forEach((value, i) => {
    const error = Math.abs(got.values[i] - value);
    if (!(error <= tolerance * scale)) {
      expect.fail(`${label}[${i}] of [${want.shape}]: got ${got.values[i]}, expected ${value}`);
    }
  });
}

/** What the cpu backend gave, kept because every variant of the kernels is compared with it. */
const references = new WeakMap<Called, Given[]>();

/** Runs a kernel on both backends and requires the same outputs. */
export async function expectSame(called: Called, tolerance = 1e-5): Promise<void> {
  const want = references.get(called) ?? (await run('cpu', called));
  references.set(called, want);
  const got = await run('wasm', called);
  const shapes = Object.entries(called.inputs).map(([name, { shape }]) => `${name} [${shape}]`);
  const label = `${called.kernel} of ${shapes.join(', ')} ${JSON.stringify(called.attrs ?? {})}`;
  expect(got.length, label).toBe(want.length);
  got.forEach((output, i) => expectNear(output, want[i], label, tolerance));
}
