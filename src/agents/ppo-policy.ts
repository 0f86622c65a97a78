import { portable, type Random } from '../base/index.ts';
import { Dense, Parameters, tf } from '../engine/index.ts';
import type { ActionSpace } from './agent.ts';
import { categorical, diagonalGaussian, type Likelihood } from './ppo-distributions.ts';

/** Dense layers with tanhs between them, orthogonal with gain sqrt 2, and a last one with a gain of its own. */
export class TanhNetwork {
  readonly parameters: Parameters;
  readonly #layers: Dense[];

  constructor(sizes: number[], lastGain: number, random: Random) {
    const last = sizes.length - 2;
    this.#layers = sizes
      .slice(1)
      .map(
        (outputs, i) => new Dense(sizes[i], outputs, random, { gain: i === last ? lastGain : Math.SQRT2 }),
      );
    this.parameters = Parameters.join(
      Object.fromEntries(this.#layers.map((layer, i) => [`dense${i + 1}`, layer.parameters])),
    );
  }

  apply(x: tf.Tensor2D): tf.Tensor2D {
    const last = this.#layers.length - 1;
    return this.#layers.reduce((h, layer, i) => (i < last ? tf.tanh(layer.apply(h)) : layer.apply(h)), x);
  }
}

/** What a policy draws from: read back from the engine, `[count, outputs]` row-major. */
export interface Draw {
  actions: Float32Array;
  logProbs: Float32Array;
}

/** A policy on embeddings: categorical for discrete actions, Gaussian with a log std of its own for continuous ones. */
export interface PolicyHead {
  readonly parameters: Parameters;
  /** Numbers in one action. */
  readonly size: number;
  readonly outputs: number;
  /** Embeddings `[B, F]` -> log-probabilities or means `[B, outputs]`. */
  apply(embeddings: tf.Tensor2D): tf.Tensor2D;
  /** Log-probabilities and entropies of actions `[B, size]` under outputs. */
  likelihood(outputs: tf.Tensor2D, actions: tf.Tensor2D): Likelihood;
  /** Draws actions; without a generator it takes the likeliest or the mean. */
  draw(outputs: Float32Array, count: number, random: Random | null): Draw;
}

const OUTPUT_GAIN = 0.01;
const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

class CategoricalHead implements PolicyHead {
  readonly parameters: Parameters;
  readonly size = 1;
  readonly outputs: number;
  readonly #network: TanhNetwork;

  constructor(choices: number, sizes: number[], random: Random) {
    this.outputs = choices;
    this.#network = new TanhNetwork([...sizes, choices], OUTPUT_GAIN, random);
    this.parameters = this.#network.parameters;
  }

  apply(embeddings: tf.Tensor2D): tf.Tensor2D {
    return tf.logSoftmax(this.#network.apply(embeddings));
  }

  likelihood(outputs: tf.Tensor2D, actions: tf.Tensor2D): Likelihood {
    return categorical(outputs, tf.cast(tf.squeeze(actions, [1]), 'int32'));
  }

  /** By the Gumbel-max rule: argmax of log p - log(-log u) is action a with probability p(a). */
  draw(outputs: Float32Array, count: number, random: Random | null): Draw {
    const actions = new Float32Array(count);
    const logProbs = new Float32Array(count);
    for (let k = 0; k < count; k++) {
      let best = -Infinity;
      for (let a = 0; a < this.outputs; a++) {
        const logProb = outputs[k * this.outputs + a];
        const noise = random ? -portable.log(-portable.log(Math.max(random.uniform(), 1e-300))) : 0;
        if (logProb + noise > best || Number.isNaN(logProb)) {
          best = logProb + noise;
          // What is no number must not pass for an action.
          actions[k] = Number.isNaN(logProb) ? NaN : a;
          logProbs[k] = logProb;
        }
      }
    }
    return { actions, logProbs };
  }
}

class GaussianHead implements PolicyHead {
  readonly parameters: Parameters;
  readonly size: number;
  readonly outputs: number;
  readonly #network: TanhNetwork;
  readonly #logStd: tf.Variable<tf.Rank.R1>;

  constructor(size: number, sizes: number[], initialLogStd: number, random: Random) {
    this.size = size;
    this.outputs = size;
    this.#network = new TanhNetwork([...sizes, size], OUTPUT_GAIN, random);
    const own = new Parameters();
    this.#logStd = own.add('log_std', tf.fill([size], initialLogStd) as tf.Tensor1D);
    this.parameters = Parameters.join({ mean: this.#network.parameters, spread: own });
  }

  apply(embeddings: tf.Tensor2D): tf.Tensor2D {
    return this.#network.apply(embeddings);
  }

  likelihood(outputs: tf.Tensor2D, actions: tf.Tensor2D): Likelihood {
    return diagonalGaussian(outputs, this.#logStd, actions);
  }

  draw(outputs: Float32Array, count: number, random: Random | null): Draw {
    if (!random) return { actions: outputs, logProbs: new Float32Array(count) };
    const logStd = this.#logStd.dataSync();
    const actions = new Float32Array(outputs.length);
    const logProbs = new Float32Array(count);
    for (let i = 0; i < outputs.length; i++) {
      const j = i % this.size;
      const noise = random.normal();
      actions[i] = outputs[i] + portable.exp(logStd[j]) * noise;
      logProbs[Math.floor(i / this.size)] -= 0.5 * noise * noise + logStd[j] + HALF_LOG_2_PI;
    }
    return { actions, logProbs };
  }
}

/** The policy for a space. @param sizes units of the embedding and of the hidden layers */
export function policyHead(
  space: ActionSpace,
  sizes: number[],
  { initialLogStd }: { initialLogStd: number },
  random: Random,
): PolicyHead {
  return space.kind === 'discrete'
    ? new CategoricalHead(space.choices, sizes, random)
    : new GaussianHead(space.size, sizes, initialLogStd, random);
}
