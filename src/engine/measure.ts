import { Random } from '../base/index.ts';
import { convRelu } from './ops/conv-relu.ts';
import { dense } from './ops/dense.ts';
import * as tf from './tensorflow.ts';

/** Speed of the running engine in billions of floating-point operations a second. */
export interface EngineSpeed {
  /** Forward pass of the net. */
  forwardGflops: number;
  /** Forward and backward pass. */
  trainingGflops: number;
}

/** 48x48x9 images through three 3x3 convolutions of 32 filters, with strides 2, 2 and 1, to 50 features. */
const SIZE = 48;
const CHANNELS = 9;
const FILTERS = 32;
const STRIDES = [2, 2, 1];
const FEATURES = 50;
const BATCH = 128;

/** Seconds for each of the two measurements. */
const BUDGET = 0.4;

/** Multiply-adds of each layer for one image; a multiply-add counts as two operations. */
function layers(): { shape: number[]; multiplyAdds: number }[] {
  let side = SIZE;
  let channels = CHANNELS;
  const convolutions = STRIDES.map((stride) => {
    side = Math.floor((side - 3) / stride) + 1;
    const shape = [3, 3, channels, FILTERS];
    channels = FILTERS;
    return { shape, multiplyAdds: side * side * tf.util.sizeFromShape(shape) };
  });
  const shape = [side * side * FILTERS, FEATURES];
  return [...convolutions, { shape, multiplyAdds: tf.util.sizeFromShape(shape) }];
}

/**
 * Measures the running engine for about a second on a convolutional encoder with a batch of 128 images, or of
 * fewer where that would take longer.
 */
export async function measureEngine(): Promise<EngineSpeed> {
  const net = layers();
  const multiplyAdds = net.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  const forwardWork = 2 * multiplyAdds;
  // Backward: weights and inputs cost one forward pass each; the images themselves need no gradient.
  const trainingWork = 2 * (3 * multiplyAdds - net[0].multiplyAdds);

  const random = Random.stream(1, 'measure');
  const normal = (shape: number[], factor: number) =>
    tf.tidy(() => tf.mul(tf.tensor(random.normals(tf.util.sizeFromShape(shape)), shape), factor));
  const weights = net.map(({ shape }) =>
    normal(shape, Math.sqrt(2 / tf.util.sizeFromShape(shape.slice(0, -1)))),
  );
  const biases = net.map(({ shape }) => tf.zeros([shape[shape.length - 1]]));

  const measure = async (batch: number, seconds: number): Promise<EngineSpeed> => {
    const images = normal([batch, SIZE, SIZE, CHANNELS], 1) as tf.Tensor4D;
    const forward = (parameters: tf.Tensor[]) => {
      let x = images;
      STRIDES.forEach((stride, i) => {
        x = convRelu(x, parameters[i] as tf.Tensor4D, biases[i] as tf.Tensor1D, stride);
      });
      const last = STRIDES.length;
      return dense(tf.reshape(x, [batch, -1]), parameters[last] as tf.Tensor2D, biases[last] as tf.Tensor1D);
    };
    const gradients = tf.grads((...parameters: tf.Tensor[]) => tf.sum(forward(parameters)));
    const forwardSeconds = await secondsOf(() => [forward(weights)], seconds);
    const trainingSeconds = await secondsOf(() => gradients(weights), seconds);
    images.dispose();
    return {
      forwardGflops: (batch * forwardWork) / forwardSeconds / 1e9,
      trainingGflops: (batch * trainingWork) / trainingSeconds / 1e9,
    };
  };

  const single = await measure(1, 0);
  const affordable = Math.floor((BUDGET * single.trainingGflops * 1e9) / trainingWork);
  const speed = affordable > 1 ? await measure(Math.min(BATCH, affordable), BUDGET) : single;
  tf.dispose([weights, biases]);
  return speed;
}

/** Median seconds of one call, over as many as fit into the budget but at least one, after a first. */
async function secondsOf(compute: () => tf.Tensor[], budget: number): Promise<number> {
  const once = async () => {
    const start = performance.now();
    const results = tf.tidy(compute);
    // The values of one result are there only once the work is done, also on engines that compute in parallel.
    await results[results.length - 1].data();
    tf.dispose(results);
    return (performance.now() - start) / 1000;
  };
  await once();
  const times: number[] = [];
  for (let spent = 0; times.length === 0 || spent < budget; spent += times[times.length - 1])
    times.push(await once());
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}
