import { tf } from '../src/engine/index.ts';
import { expectClose, isTensor, type VectorCase } from './vectors.ts';

/** An input of a reference case as a float tensor. */
export function tensorOf<T extends tf.Tensor = tf.Tensor>(
  value: unknown,
  dtype: 'float32' | 'int32' = 'float32',
): T {
  if (!isTensor(value)) throw new Error('The case holds no tensor here.');
  return tf.tensor(value.data as number[], value.shape, dtype) as T;
}

/** Compares a tensor (or number) with the expected entry of the same name. */
export function expectEntry(vector: VectorCase, key: string, got: tf.Tensor | number): void {
  const values = typeof got === 'number' ? got : got.dataSync();
  expectClose(values, vector.expected[key], vector.tolerance[key], `${vector.name} ${key}`);
}

/** Gradients of a scalar function with respect to some named inputs, by name. */
export function gradientsOf(
  inputs: Record<string, tf.Tensor>,
  loss: (inputs: Record<string, tf.Tensor>) => tf.Scalar,
): Record<string, tf.Tensor> {
  const names = Object.keys(inputs);
  const values = Object.values(inputs);
  const gradient = tf.grads((...args: tf.Tensor[]) =>
    loss(Object.fromEntries(names.map((name, i) => [name, args[i]]))),
  );
  return Object.fromEntries(gradient(values).map((g, i) => [names[i], g]));
}
