import { RunError } from '../base/index.ts';
import * as tf from './tensorflow.ts';

/**
 * Runs something that must leave as many tensors as it found, such as one update of an agent.
 *
 * @example
 * await checkNoLeak(() => agent.update(batch)); // after a first update, which creates the optimiser's moments
 *
 * @throws RunError that tells how many tensors were left or went missing; errors of `run` pass through
 */
export async function checkNoLeak(run: () => unknown): Promise<void> {
  const before = tf.memory().numTensors;
  await run();
  const after = tf.memory().numTensors;
  if (after > before)
    throw new RunError(`Tensors leak: ${after - before} more than before (${before} -> ${after}).`);
  if (after < before) {
    throw new RunError(
      `Tensors were disposed that others may hold: ${before - after} (${before} -> ${after}).`,
    );
  }
}
