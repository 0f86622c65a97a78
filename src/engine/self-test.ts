import * as tf from './tensorflow.ts';
import { Random, RunError } from '../base/index.ts';
import { relativeError } from './fingerprint.ts';
import { convRelu } from './ops/conv-relu.ts';
import { dense } from './ops/dense.ts';
import { runKernel } from './ops/kernel.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { REFERENCE } from './self-test-reference.ts';

/** Largest relative error of a gradient; wrong kernels are off by far more, fast but coarse ones by less. */
export const SELF_TEST_TOLERANCE = 5e-3;

/** Result of an engine's self-test. */
export interface SelfTest {
  /** Largest relative error over the loss and all gradients. */
  error: number;
  milliseconds: number;
}

/** The operations that the self-test's net is made of. */
export interface NetOperations {
  convRelu: typeof convRelu;
  dense: typeof dense;
  layerNorm: typeof layerNorm;
}

/** `[name, shape, factor]`: 2 images of 13x21x9 through two convolutions, a dense layer, and a layer norm. */
const TENSORS: [string, number[], number][] = [
  ['images', [2, 13, 21, 9], 1],
  ['filter1', [3, 3, 9, 32], 0.15],
  ['bias1', [32], 0.1],
  ['filter2', [3, 3, 32, 32], 0.08],
  ['bias2', [32], 0.1],
  ['weights', [4 * 8 * 32, 50], 0.03],
  ['bias3', [50], 0.1],
  ['gamma', [50], 1],
  ['beta', [50], 0.1],
  ['targets', [2, 50], 1],
];

/** Loss and gradients of the self-test's net, by name, as this backend computes them. */
export async function selfTestGradients(operations: NetOperations): Promise<Record<string, Float32Array>> {
  const random = Random.stream(1, 'self-test');
  const tensors = tf.tidy(() => {
    const inputs = TENSORS.map(([, shape, factor]) => {
      const values = random.normals(tf.util.sizeFromShape(shape)).map((value) => value * factor);
      return tf.tensor(values, shape);
    });
    const loss = (...tensors: tf.Tensor[]) => squaredError(tensors, operations);
    const { value, grads } = tf.valueAndGrads(loss)(inputs);
    const named = Object.fromEntries(grads.map((gradient, i) => [TENSORS[i][0], gradient]));
    return { loss: value, ...named } as Record<string, tf.Tensor>;
  });
  const results: Record<string, Float32Array> = {};
  // Asynchronously, because engines on GPUs know no other way.
  for (const [name, tensor] of Object.entries(tensors)) results[name] = (await tensor.data()) as Float32Array;
  tf.dispose(tensors);
  return results;
}

function squaredError(tensors: tf.Tensor[], { convRelu, dense, layerNorm }: NetOperations): tf.Scalar {
  const [images, filter1, bias1, filter2, bias2, weights, bias3, gamma, beta, targets] = tensors;
  const h1 = convRelu(images as tf.Tensor4D, filter1 as tf.Tensor4D, bias1 as tf.Tensor1D, 2);
  const h2 = convRelu(h1, filter2 as tf.Tensor4D, bias2 as tf.Tensor1D, 1);
  const h3 = dense(tf.reshape(h2, [2, -1]), weights as tf.Tensor2D, bias3 as tf.Tensor1D);
  const h4 = layerNorm(h3, gamma as tf.Tensor1D, beta as tf.Tensor1D);
  return tf.mean(tf.squaredDifference(h4, targets));
}

/** As many positions in one batch as after the first layer of CURL's encoder. */
const LONG = [128, 41, 41, 1];

/**
 * Gradients of one filter and its bias where everything is 1: each counts the positions of all images. A small net does
 * not show whether an engine ends such long sums early, as graphics drivers in software do.
 * @returns the largest relative error
 */
async function longSums(): Promise<number> {
  const sums = tf.tidy(() => {
    const x = tf.ones(LONG);
    const attributes = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [1, 1, 1, 1] };
    return {
      filter: runKernel('Conv2DBackpropFilter', { x, dy: x }, attributes),
      bias: tf.sum(x, [0, 1, 2]),
    };
  });
  const want = tf.util.sizeFromShape(LONG);
  let error = 0;
  for (const [name, tensor] of Object.entries(sums)) {
    for (const value of await tensor.data()) {
      const off = Math.abs(value - want) / want;
      if (!(off <= SELF_TEST_TOLERANCE)) {
        const percent = `${(100 * off).toPrecision(2)}%`;
        throw new RunError(
          `self-test failed: a ${name} gradient over ${want} positions is off by ${percent}`,
        );
      }
      error = Math.max(error, off);
    }
  }
  tf.dispose(sums);
  return error;
}

/**
 * Computes the gradients of a small convolutional net on the running backend and compares them with those that
 * the cpu backend gave; then sums as long as those of real batches.
 *
 * @throws RunError when a gradient is off by more than the tolerance
 */
export async function selfTest(): Promise<SelfTest> {
  const start = performance.now();
  const gradients = await selfTestGradients({ convRelu, dense, layerNorm });
  let error = 0;
  for (const [name, reference] of Object.entries(REFERENCE)) {
    const off = relativeError(gradients[name], reference);
    if (off > SELF_TEST_TOLERANCE) {
      const what = name === 'loss' ? 'the loss' : `the gradient of ${name}`;
      throw new RunError(`self-test failed: ${what} is off by ${(100 * off).toPrecision(2)}%`);
    }
    error = Math.max(error, off);
  }
  error = Math.max(error, await longSums());
  return { error, milliseconds: performance.now() - start };
}
