import { stopGradient, tf } from '../../engine/index.ts';
import { normalise } from './normalise.ts';
import { sinkhorn, type SinkhornOptions } from './sinkhorn.ts';

export interface SwappedPredictionOptions extends SinkhornOptions {
  temperature: number;
  /** Which views are assigned to prototypes; the others (local crops) only predict. */
  assignViews: readonly number[];
  /** `[Q, D]` unit rows for each assigned view, balanced together with the batch. */
  queues?: readonly tf.Tensor2D[];
}

export interface SwappedPredictionResult {
  loss: tf.Scalar;
  /** `[B, K]` for each assigned view; constants. */
  assignments: tf.Tensor2D[];
}

/**
 * SwAV's swapped prediction with several crops (Caron et al., arXiv 2006.09882, eq. 2 and section 3.2): the assignment
 * of one view is predicted from each other view, `-sum_k q_k log softmax(z c^T / T)_k`, mean over the batch, over the
 * other views and over the assigned views. With all scores equal it is ln K.
 * @param embeddings `[B, D]` of each view, normalised here
 * @param prototypes `[K, D]` unit rows
 */
export function swappedPrediction(
  embeddings: readonly tf.Tensor2D[],
  prototypes: tf.Tensor2D,
  options: SwappedPredictionOptions,
): SwappedPredictionResult {
  const { temperature, assignViews, queues } = options;
  const scores = embeddings.map((z) => tf.matMul(normalise(z), prototypes, false, true) as tf.Tensor2D);
  const predictions = scores.map((score) => tf.logSoftmax(tf.div<tf.Tensor2D>(score, temperature)));
  const assignments = assignViews.map((view, j) => {
    const own = stopGradient(scores[view]);
    if (!queues) return sinkhorn(own, options);
    const older = tf.matMul(queues[j], stopGradient(prototypes), false, true) as tf.Tensor2D;
    const all = sinkhorn(tf.concat([older, own]), options);
    return tf.slice(all, [older.shape[0], 0], own.shape);
  });
  const terms = assignViews.flatMap((view, j) =>
    predictions
      .filter((_, other) => other !== view)
      .map((prediction) => tf.neg(tf.mean(tf.sum(tf.mul(assignments[j], prediction), 1)))),
  );
  return { loss: tf.div<tf.Scalar>(tf.addN(terms), terms.length), assignments };
}
