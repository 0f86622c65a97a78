import * as tf from './tensorflow.ts';
import { RunError, type TensorData } from '../base/index.ts';

/**
 * An ordered set of named trainable tensors. Joined sets share their variables: a network's parameters are the
 * join of its layers', an optimiser's are the join of the networks it trains.
 */
export class Parameters {
  readonly #variables = new Map<string, tf.Variable>();

  /** Adds a variable that starts as `value`, which is consumed. */
  add<R extends tf.Rank>(name: string, value: tf.Tensor<R>): tf.Variable<R> {
    const variable = tf.variable(value);
    value.dispose();
    this.#insert(name, variable);
    return variable;
  }

  /** One set over the variables of several, under `part/` prefixes. */
  static join(parts: Record<string, Parameters>): Parameters {
    const joined = new Parameters();
    for (const [part, parameters] of Object.entries(parts)) {
      for (const [name, variable] of parameters.entries()) joined.#insert(`${part}/${name}`, variable);
    }
    return joined;
  }

  /** Those that pass, under the same names. */
  filter(passes: (variable: tf.Variable) => boolean): Parameters {
    const some = new Parameters();
    for (const [name, variable] of this.#variables) if (passes(variable)) some.#insert(name, variable);
    return some;
  }

  #insert(name: string, variable: tf.Variable): void {
    if (this.#variables.has(name)) throw new RunError(`Two parameters are called ${name}.`);
    this.#variables.set(name, variable);
  }

  entries(): IterableIterator<[string, tf.Variable]> {
    return this.#variables.entries();
  }

  get names(): string[] {
    return [...this.#variables.keys()];
  }

  get variables(): tf.Variable[] {
    return [...this.#variables.values()];
  }

  /** Number of scalars. */
  get size(): number {
    return this.variables.reduce((sum, variable) => sum + variable.size, 0);
  }

  /** Values outside the engine, for checkpoints. */
  async save(): Promise<Record<string, TensorData>> {
    const saved: Record<string, TensorData> = {};
    for (const [name, variable] of this.#variables) {
      saved[name] = { shape: variable.shape.slice(), data: Float32Array.from(await variable.data()) };
    }
    return saved;
  }

  /** @throws RunError when a tensor is missing or has another shape. */
  load(saved: Record<string, TensorData>): void {
    for (const [name, variable] of this.#variables) {
      const tensor = saved[name];
      if (!tensor) throw new RunError(`The checkpoint has no tensor ${name}.`);
      if (tensor.shape.join() !== variable.shape.join()) {
        throw new RunError(
          `The checkpoint's tensor ${name} has shape [${tensor.shape.join(', ')}]; this network needs [${variable.shape.join(', ')}].`,
        );
      }
      tf.tidy(() => variable.assign(tf.tensor(tensor.data as Float32Array, variable.shape, 'float32')));
    }
  }

  /** Makes these values equal to those of a set of the same layout. */
  copyFrom(source: Parameters): void {
    const sources = source.variables;
    // A tensor of its own: variables that shared data could not be updated in place.
    this.variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.add(sources[i], 0))));
  }

  dispose(): void {
    for (const variable of this.variables) if (!variable.isDisposed) variable.dispose();
  }
}
