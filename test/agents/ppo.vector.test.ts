import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainedVariance, generalisedAdvantages } from '../../src/agents/gae.ts';
import { categorical, diagonalGaussian, type Likelihood } from '../../src/agents/ppo-distributions.ts';
import { clippedSurrogate, normaliseAdvantage, ppoLoss, valueLoss } from '../../src/agents/ppo-losses.ts';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { expectEntry, gradientsOf, tensorOf } from '../tensors.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

type Check = (vector: VectorCase) => void;

const list = (vector: VectorCase, name: string) => (vector.inputs[name] as VectorTensor).data as number[];
const row = (vector: VectorCase, name: string) => tensorOf<tf.Tensor1D>(vector.inputs[name]);

/** Gradients of a scalar with respect to the inputs that the case lists, against its expected ones. */
function checkGradients(
  vector: VectorCase,
  names: string[],
  loss: (inputs: Record<string, tf.Tensor>) => tf.Scalar,
): void {
  const inputs = Object.fromEntries(names.map((name) => [name, tensorOf(vector.inputs[name])]));
  const gradients = gradientsOf(inputs, loss);
  for (const name of names) expectEntry(vector, `grad_${name}`, gradients[name]);
}

/** log-probability and entropy, and the gradients of their weighted sum. */
function checkLikelihood(
  vector: VectorCase,
  names: string[],
  likelihood: (inputs: Record<string, tf.Tensor>) => Likelihood,
): void {
  const inputs = Object.fromEntries(names.map((name) => [name, tensorOf(vector.inputs[name])]));
  const { logProb, entropy } = likelihood(inputs);
  expectEntry(vector, 'log_prob', logProb);
  expectEntry(vector, 'entropy', entropy);
  checkGradients(vector, names, (given) => {
    const got = likelihood(given);
    return tf.add(
      tf.sum(tf.mul(row(vector, 'weight_log_prob'), got.logProb)),
      tf.sum(tf.mul(row(vector, 'weight_entropy'), got.entropy)),
    );
  });
}

const checks: Record<string, Check> = {
  gae(vector) {
    const [steps, envs] = (vector.inputs.rewards as VectorTensor).shape;
    const { gamma, lambda } = vector.params as unknown as { gamma: number; lambda: number };
    const got = generalisedAdvantages(
      {
        steps,
        envs,
        rewards: list(vector, 'rewards'),
        values: list(vector, 'values'),
        terminated: list(vector, 'terminated'),
        truncated: list(vector, 'truncated'),
        finalValues: list(vector, 'final_values'),
        lastValues: list(vector, 'last_values'),
      },
      gamma,
      lambda,
    );
    expectClose(got.advantages, vector.expected.advantages, vector.tolerance.advantages, 'advantages');
    expectClose(got.returns, vector.expected.returns, vector.tolerance.returns, 'returns');
  },
  normalise_advantage(vector) {
    expectEntry(vector, 'normalised', normaliseAdvantage(row(vector, 'advantage')));
  },
  surrogate(vector) {
    const clip = vector.params.clip as number;
    const [old, advantage] = [row(vector, 'old_log_prob'), row(vector, 'advantage')];
    const of = (logProb: tf.Tensor) => clippedSurrogate(logProb as tf.Tensor1D, old, advantage, clip);
    const got = of(row(vector, 'new_log_prob'));
    expectEntry(vector, 'loss', got.loss);
    expectEntry(vector, 'ratio', got.ratio);
    expectEntry(vector, 'approx_kl', got.kl);
    expectEntry(vector, 'old_approx_kl', got.oldKl);
    expectEntry(vector, 'clip_fraction', got.clipFraction);
    checkGradients(vector, ['new_log_prob'], ({ new_log_prob }) => of(new_log_prob).loss);
  },
  value_loss(vector) {
    const clip = vector.params.clip as number | null;
    const [old, target] = [row(vector, 'old_value'), row(vector, 'return')];
    const of = (value: tf.Tensor) => valueLoss(value as tf.Tensor1D, old, target, clip);
    expectEntry(vector, 'loss', of(row(vector, 'value')));
    checkGradients(vector, ['value'], ({ value }) => of(value));
  },
  categorical(vector) {
    const action = tensorOf<tf.Tensor1D>(vector.inputs.action, 'int32');
    checkLikelihood(vector, ['logits'], ({ logits }) => categorical(logits as tf.Tensor2D, action));
  },
  diagonal_gaussian(vector) {
    const action = tensorOf<tf.Tensor2D>(vector.inputs.action);
    checkLikelihood(vector, ['mean', 'log_std'], ({ mean, log_std }) =>
      diagonalGaussian(mean as tf.Tensor2D, log_std, action),
    );
  },
  ppo_loss(vector) {
    const params = vector.params as unknown as Record<
      'clip' | 'value_clip' | 'entropy_coef' | 'value_coef',
      number
    >;
    const discrete = vector.params.policy === 'categorical';
    const options = {
      clip: params.clip,
      valueClip: params.value_clip as number | null,
      entropyCoefficient: params.entropy_coef,
      valueCoefficient: params.value_coef,
      normaliseAdvantage: vector.params.normalise_advantage as boolean,
    };
    const then = {
      oldLogProb: row(vector, 'old_log_prob'),
      advantage: row(vector, 'advantage'),
      oldValue: row(vector, 'old_value'),
      returns: row(vector, 'return'),
    };
    const of = (inputs: Record<string, tf.Tensor>) => {
      const likelihood = discrete
        ? categorical(inputs.logits as tf.Tensor2D, tensorOf<tf.Tensor1D>(vector.inputs.action, 'int32'))
        : diagonalGaussian(inputs.mean as tf.Tensor2D, inputs.log_std, tensorOf(vector.inputs.action));
      return ppoLoss({ ...likelihood, value: inputs.value as tf.Tensor1D }, then, options);
    };
    const names = [...(discrete ? ['logits'] : ['mean', 'log_std']), 'value'];
    const got = of(Object.fromEntries(names.map((name) => [name, tensorOf(vector.inputs[name])])));
    expectEntry(vector, 'loss', got.loss);
    expectEntry(vector, 'policy_loss', got.policy);
    expectEntry(vector, 'value_loss', got.value);
    expectEntry(vector, 'entropy', got.entropy);
    checkGradients(vector, names, (inputs) => of(inputs).loss);
  },
  explained_variance(vector) {
    const got = explainedVariance(list(vector, 'values'), list(vector, 'returns'));
    expectEntry(vector, 'explained_variance', got);
  },
};

describe.each(['cpu', 'wasm'] as const)('%s engine', (name) => {
  beforeAll(async () => {
    await startEngine({ name, threads: 2 });
  });
  afterAll(stopEngine);

  test.each(vectorCases('ppo.json').map((vector) => [vector.name, vector] as const))(
    'ppo.json: %s',
    (_, vector) => {
      expect(checks).toHaveProperty(vector.params.kind);
      tf.tidy(() => checks[vector.params.kind](vector));
    },
  );
});
