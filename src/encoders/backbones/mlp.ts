import { z } from 'zod';
import type { Random } from '../../base/index.ts';
import { Dense, Parameters, tf } from '../../engine/index.ts';
import { defineBackbone, type Head, type ImageShape, type Trunk } from '../encoder.ts';

const options = z.strictObject({
  hidden: z
    .array(z.number().int().positive())
    .default([])
    .describe('units of layers that actor and critics share; none: they read the state itself'),
  symlog: z
    .boolean()
    .default(false)
    .describe('sign(x) log(1 + |x|) of the state first, for states with numbers of very different size'),
});

type MlpOptions = z.output<typeof options>;

/** Flattens an observation and runs it through dense layers, each with a ReLU. */
class DenseTrunk implements Trunk {
  readonly parameters: Parameters;
  readonly size: number;
  readonly #inputs: number;
  readonly #layers: Dense[];
  readonly #options: MlpOptions;

  constructor(options: MlpOptions, { height, width, channels }: ImageShape, random: Random) {
    this.#inputs = height * width * channels;
    this.#options = options;
    const { hidden } = options;
    const sizes = [this.#inputs, ...hidden];
    this.#layers = hidden.map((units, i) => new Dense(sizes[i], units, random, { gain: Math.SQRT2 }));
    this.size = sizes[hidden.length];
    this.parameters = Parameters.join(
      Object.fromEntries(this.#layers.map((layer, i) => [`dense${i + 1}`, layer.parameters])),
    );
  }

  apply(observations: tf.Tensor4D): tf.Tensor2D {
    const flat: tf.Tensor2D = tf.reshape(observations, [observations.shape[0], this.#inputs]);
    const inputs: tf.Tensor2D = this.#options.symlog ? tf.mul(tf.sign(flat), tf.log1p(tf.abs(flat))) : flat;
    return this.#layers.reduce((x, layer) => layer.apply(x, 'relu'), inputs);
  }
}

/** Hands features on as they are. */
class IdentityHead implements Head {
  readonly parameters = new Parameters();
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  apply(features: tf.Tensor2D): tf.Tensor2D {
    return features;
  }
}

/** The network for state vectors. Without layers of its own, actor and critics read the state itself. */
export const mlp = defineBackbone({
  description: 'dense layers, for state vectors',
  options,
  trunk: (given, shape, random) => new DenseTrunk(given, shape, random),
  head: (_, features) => new IdentityHead(features),
});
