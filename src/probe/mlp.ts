import { Random } from '../base/index.ts';
import type { Matrix } from '../encoders/index.ts';
import { Adam, MultilayerPerceptron, lossAndGradients, tf } from '../engine/index.ts';
import { rowsOf, scalingOf, standardise, type DenseMatrix } from './matrix.ts';
import { shuffle, type Split } from './split.ts';

const HIDDEN = 128;
const BATCH = 128;
const LEARNING_RATE = 1e-3;
/** Epochs at most, and epochs without a better validation error after which it stops. */
const EPOCHS = 60;
const PATIENCE = 6;

const tensorOf = ({ rows, columns, data }: DenseMatrix) =>
  tf.tensor2d(Float32Array.from(data), [rows, columns]);

/**
 * A small network from features to targets: one hidden layer of 128 ReLUs, Adam, on standardised columns; the weights
 * with the lowest error on the validation rows are kept.
 * @param features `[N, D]`, @param targets `[N, K]`, both over all rows
 * @returns predictions for the test rows, in the targets' units
 */
export function mlpProbe(features: Matrix, targets: Matrix, split: Split, seed: number): DenseMatrix {
  const random = Random.stream(seed, 'probe', 'mlp');
  const scaleX = scalingOf(rowsOf(features, split.train));
  const scaleY = scalingOf(rowsOf(targets, split.train));
  const part = (rows: number[]) => ({
    x: tensorOf(standardise(rowsOf(features, rows), scaleX)),
    y: tensorOf(standardise(rowsOf(targets, rows), scaleY)),
  });
  const [train, held, test] = [part(split.train), part(split.validation), part(split.test)];
  const network = new MultilayerPerceptron([features.columns, HIDDEN, targets.columns], random);
  const optimiser = new Adam(network.parameters, { learningRate: LEARNING_RATE });
  const error = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar =>
    tf.mean(tf.squaredDifference(network.apply(x), y));

  const order = split.train.map((_, i) => i);
  let best = Infinity;
  let predicted = new Float32Array(0);
  for (let epoch = 0, without = 0; epoch < EPOCHS && without < PATIENCE; epoch++, without++) {
    shuffle(order, random);
    for (let from = 0; from < order.length; from += BATCH) {
      const rows = order.slice(from, from + BATCH);
      tf.tidy(() => {
        const chosen = tf.tensor1d(rows, 'int32');
        const [x, y] = [tf.gather(train.x, chosen), tf.gather(train.y, chosen)];
        optimiser.apply(lossAndGradients(() => error(x, y), network.parameters).gradients);
      });
    }
    const [now, guess] = tf.tidy(() => {
      const value = error(held.x, held.y).dataSync()[0];
      return [value, value < best ? network.apply(test.x).dataSync() : null] as never;
    }) as unknown as [number, Float32Array | null];
    if (guess === null) continue;
    best = now;
    predicted = guess.slice();
    without = -1;
  }
  tf.dispose([train, held, test] as never);
  optimiser.dispose();
  network.parameters.dispose();
  const data = Float64Array.from(predicted, (value, i) => {
    const c = i % targets.columns;
    return value * scaleY.std[c] + scaleY.mean[c];
  });
  return { rows: split.test.length, columns: targets.columns, data };
}
