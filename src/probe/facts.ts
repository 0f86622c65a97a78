import type { Matrix } from '../encoders/index.ts';
import type { DenseMatrix } from './matrix.ts';
import { ridge } from './ridge.ts';
import type { Split } from './split.ts';
import type { Fact } from './variables.ts';

/** How well a linear probe tells a discrete fact. */
export interface FactScore {
  name: string;
  classes: number;
  accuracy: number;
  /** Mean over the classes of how many of each were told right. */
  balancedAccuracy: number;
  /** Accuracy of always saying the most frequent class of the training rows. */
  majority: number;
}

/**
 * Linear least-squares classifier: ridge regression to one-hot classes, the largest output wins.
 * @param features `[N, D]` over all rows
 */
export function probeFact(features: Matrix, { name, labels, classes }: Fact, split: Split): FactScore {
  const data = new Float64Array(labels.length * classes);
  labels.forEach((label, r) => (data[r * classes + label] = 1));
  const oneHot: DenseMatrix = { rows: labels.length, columns: classes, data };
  const { predicted } = ridge(features, oneHot, split);
  const right = new Float64Array(classes);
  const seen = new Float64Array(classes);
  split.test.forEach((row, i) => {
    const outputs = predicted.data.subarray(i * classes, (i + 1) * classes);
    const said = outputs.indexOf(outputs.reduce((most, x) => Math.max(most, x), -Infinity));
    seen[labels[row]]++;
    if (said === labels[row]) right[labels[row]]++;
  });
  const counts = new Float64Array(classes);
  for (const row of [...split.train, ...split.validation]) counts[labels[row]]++;
  const usual = counts.indexOf(Math.max(...counts));
  const rates = Array.from(right, (count, c) => count / seen[c]).filter(Number.isFinite);
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, x) => total + x, 0);
  return {
    name,
    classes,
    accuracy: sum(right) / split.test.length,
    balancedAccuracy: sum(rates) / rates.length,
    majority: seen[usual] / split.test.length,
  };
}
