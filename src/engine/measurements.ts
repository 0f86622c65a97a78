import * as tf from './tensorflow.ts';

/**
 * The newest value of some named scalars, kept on the engine until somebody asks. Training sets them at every update
 * and reads them only where they are logged, because reading back makes the engine wait.
 */
export class Measurements {
  readonly #scalars = new Map<string, tf.Scalar>();

  /** Keeps `scalar` as the newest value of `name`. */
  set(name: string, scalar: tf.Scalar): void {
    this.#scalars.get(name)?.dispose();
    this.#scalars.set(name, tf.keep(scalar.clone()));
  }

  /** All newest values. */
  read(): Record<string, number> {
    return Object.fromEntries([...this.#scalars].map(([name, scalar]) => [name, scalar.dataSync()[0]]));
  }

  /** Goes back to values that `read` gave. */
  restore(values: Record<string, number>): void {
    this.dispose();
    for (const [name, value] of Object.entries(values)) tf.tidy(() => this.set(name, tf.scalar(value)));
  }

  dispose(): void {
    for (const scalar of this.#scalars.values()) scalar.dispose();
    this.#scalars.clear();
  }
}
