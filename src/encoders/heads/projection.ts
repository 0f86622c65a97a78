import type { Random } from '../../base/index.ts';
import { LayerNorm, Parameters, dense, tf, uniform } from '../../engine/index.ts';
import { BatchNorm } from './batch-norm.ts';

/** `batch-scale` has no shift and `batch-plain` neither scale nor shift, as the last layers of some papers. */
export type HeadNorm = 'none' | 'layer' | 'batch' | 'batch-scale' | 'batch-plain';

/** One layer of a head: dense, then its norm, then a ReLU where asked. */
export interface HeadLayer {
  size: number;
  norm: HeadNorm;
  relu: boolean;
}

/**
 * Layers of a head as the papers draw it: hidden layers with norm and ReLU, then a linear one.
 * @param last the norm after the linear layer
 */
export function headLayers(
  hidden: readonly number[],
  size: number,
  norm: 'none' | 'layer' | 'batch',
  last: HeadNorm = 'none',
): HeadLayer[] {
  return [
    ...hidden.map((units) => ({ size: units, norm, relu: true })),
    // Only a batch-norm head has a batch norm at its end.
    { size, norm: norm === 'batch' ? last : 'none', relu: false },
  ];
}

/**
 * A projection or prediction head, `[B, inputs] -> [B, size]`, described by data. Kernels and biases start uniform
 * within 1 / sqrt(inputs); a layer before a batch norm has no bias, which the norm would take off again.
 */
export class ProjectionHead {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #layers: ((x: tf.Tensor2D) => tf.Tensor2D)[];

  constructor(inputs: number, layers: readonly HeadLayer[], random: Random, splits = 1) {
    const parts: Record<string, Parameters> = {};
    let width = inputs;
    this.#layers = layers.map(({ size, norm, relu }, i) => {
      const own = new Parameters();
      parts[`dense${i}`] = own;
      const bound = 1 / Math.sqrt(width);
      const kernel = own.add('kernel', uniform<tf.Rank.R2>([width, size], -bound, bound, random));
      width = size;
      const activate = (x: tf.Tensor2D) => (relu ? tf.relu(x) : x);
      if (norm === 'none' || norm === 'layer') {
        const bias = own.add('bias', uniform<tf.Rank.R1>([size], -bound, bound, random));
        const linear = (x: tf.Tensor2D, rectified: boolean) =>
          dense(x, kernel as tf.Tensor2D, bias as tf.Tensor1D, rectified);
        if (norm === 'none') return (x) => linear(x, relu);
        const layerNorm = new LayerNorm(size);
        parts[`norm${i}`] = layerNorm.parameters;
        return (x) => activate(layerNorm.apply(linear(x, false)));
      }
      const batchNorm = new BatchNorm(size, {
        scale: norm !== 'batch-plain',
        shift: norm === 'batch',
        splits,
      });
      parts[`norm${i}`] = batchNorm.parameters;
      return (x) => activate(batchNorm.apply(tf.matMul(x, kernel as tf.Tensor2D)));
    });
    this.size = width;
    this.parameters = Parameters.join(parts);
  }

  /** Runs the first `layers` layers, all of them by default (SimCLR v2 is fine-tuned from its first one). */
  apply(x: tf.Tensor2D, layers = this.#layers.length): tf.Tensor2D {
    return this.#layers.slice(0, layers).reduce((hidden, layer) => layer(hidden), x);
  }
}
