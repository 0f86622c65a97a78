import * as tf from '../tensorflow.ts';
import { hasKernel, runKernel } from './kernel.ts';

const KERNEL = 'CurlewSoftmaxCrossEntropy';

tf.registerGradient({
  kernelName: KERNEL,
  outputsToSave: [false, true],
  gradFunc: (dys, [dLogits]) => {
    const [dy] = dys as unknown as [tf.Tensor1D];
    return {
      logits: () => tf.mul(tf.expandDims(dy, 1), dLogits),
      labels: () => tf.zerosLike(dy),
    };
  },
});

/**
 * Cross-entropy of every row with the column that its label names: `logsumexp(logits_i) - logits_i[label_i]`. What is
 * added to all logits of a row changes nothing, so no maximum has to be subtracted before.
 * @param logits `[B, K]`
 * @param labels `[B]`, whole numbers in [0, K)
 * @returns `[B]`
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const columns = labels.dtype === 'int32' ? labels : tf.cast(labels, 'int32');
  if (hasKernel(KERNEL)) return runKernel<tf.Tensor1D[]>(KERNEL, { logits, labels: columns })[0];
  // Not by oneHot: it wants two columns at least, and the wasm backend's writes integers whatever type is asked for.
  const all = tf.range(0, logits.shape[1], 1, 'int32');
  const chosen = tf.cast(tf.equal(tf.expandDims(columns, 1), all), 'float32');
  return tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, chosen), 1));
}
