import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  discreteActorLoss,
  discreteCriticLoss,
  discreteEntropy,
  discreteTarget,
  discreteTemperatureLoss,
  discreteValue,
} from '../../src/agents/discrete-sac-losses.ts';
import { actorLoss, criticLoss, criticTarget, temperatureLoss } from '../../src/agents/sac-losses.ts';
import { boundLogStd, squashedGaussian } from '../../src/agents/squashed-gaussian.ts';
import { Parameters, emaStep, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { nStepReturns } from '../../src/replay/n-step.ts';
import { expectEntry, gradientsOf, tensorOf } from '../tensors.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

type Inputs = Record<string, tf.Tensor>;
const vector1 = (value: tf.Tensor) => value as tf.Tensor1D;
const matrix = (value: tf.Tensor) => value as tf.Tensor2D;
const scalar = (value: tf.Tensor | number) =>
  typeof value === 'number' ? tf.scalar(value) : (value as tf.Scalar);

function inputsOf(vector: VectorCase, ...names: string[]): Inputs {
  return Object.fromEntries(names.map((name) => [name, tensorOf(vector.inputs[name])]));
}

/** Checks `loss` and its gradients with respect to those inputs. */
function checkLoss(
  vector: VectorCase,
  inputs: Inputs,
  loss: (inputs: Inputs) => tf.Scalar,
  key = 'loss',
): void {
  if (key in vector.expected) expectEntry(vector, key, loss(inputs));
  for (const [name, gradient] of Object.entries(gradientsOf(inputs, loss))) {
    if (`grad_${name}` in vector.expected) expectEntry(vector, `grad_${name}`, gradient);
  }
}

const checks: Record<string, (vector: VectorCase) => void> = {
  log_std_bound(vector) {
    const { min, max } = vector.params as unknown as { min: number; max: number };
    const inputs = inputsOf(vector, 'raw');
    expectEntry(vector, 'log_std', boundLogStd(inputs.raw, min, max));
    checkLoss(vector, inputs, ({ raw }) => tf.sum(boundLogStd(raw, min, max)));
  },
  squashed_gaussian(vector) {
    const p = vector.params as unknown as { log_std_min: number; log_std_max: number };
    const noise = tensorOf<tf.Tensor2D>(vector.inputs.noise);
    const weightLogProb = tensorOf(vector.inputs.weight_log_prob);
    const weightAction = tensorOf(vector.inputs.weight_action);
    const sample = (inputs: Inputs) => {
      const logStd = boundLogStd(matrix(inputs.raw_log_std), p.log_std_min, p.log_std_max);
      return { logStd, ...squashedGaussian(matrix(inputs.mean), logStd, noise) };
    };
    const inputs = inputsOf(vector, 'mean', 'raw_log_std');
    const { logStd, action, logProb } = sample(inputs);
    expectEntry(vector, 'log_std', logStd);
    expectEntry(vector, 'action', action);
    expectEntry(vector, 'deterministic_action', tf.tanh(inputs.mean));
    expectEntry(vector, 'log_prob', logProb);
    checkLoss(vector, inputs, (values) => {
      const drawn = sample(values);
      return tf.add(tf.sum(tf.mul(drawn.logProb, weightLogProb)), tf.sum(tf.mul(drawn.action, weightAction)));
    });
  },
  critic_target(vector) {
    const i = inputsOf(vector, 'reward', 'terminated', 'next_q1', 'next_q2', 'next_log_prob');
    const { alpha, gamma } = vector.params as unknown as { alpha: number; gamma: number };
    const target = criticTarget(
      vector1(i.reward),
      vector1(i.terminated),
      vector1(i.next_q1),
      vector1(i.next_q2),
      vector1(i.next_log_prob),
      tf.scalar(alpha),
      gamma,
    );
    expectEntry(vector, 'target', target);
  },
  critic_loss(vector) {
    const target = tensorOf<tf.Tensor1D>(vector.inputs.target);
    const inputs = inputsOf(vector, 'q1', 'q2');
    checkLoss(vector, inputs, ({ q1, q2 }) => criticLoss(vector1(q1), vector1(q2), target));
  },
  actor_loss(vector) {
    const alpha = scalar(vector.params.alpha as number);
    checkLoss(vector, inputsOf(vector, 'log_prob', 'q1', 'q2'), ({ log_prob, q1, q2 }) =>
      actorLoss(vector1(log_prob), vector1(q1), vector1(q2), alpha),
    );
  },
  actor_loss_end_to_end(vector) {
    const p = vector.params as unknown as { log_std_min: number; log_std_max: number };
    const { noise, alpha, curvature, centre, offset } = inputsOf(
      vector,
      'noise',
      'alpha',
      'curvature',
      'centre',
      'offset',
    );
    const forward = (inputs: Inputs) => {
      const logStd = boundLogStd(matrix(inputs.raw_log_std), p.log_std_min, p.log_std_max);
      const { action, logProb } = squashedGaussian(matrix(inputs.mean), logStd, matrix(noise));
      const critic = (i: number): tf.Tensor1D =>
        tf.sub(
          tf.squeeze(tf.slice(offset, [i], [1])),
          tf.sum(
            tf.mul(
              tf.slice(curvature, [i, 0], [1, -1]),
              tf.squaredDifference(action, tf.slice(centre, [i, 0], [1, -1])),
            ),
            1,
          ),
        );
      return { logProb, q1: critic(0), q2: critic(1) };
    };
    const inputs = inputsOf(vector, 'mean', 'raw_log_std');
    const { logProb, q1, q2 } = forward(inputs);
    expectEntry(vector, 'log_prob', logProb);
    expectEntry(vector, 'q1', q1);
    expectEntry(vector, 'q2', q2);
    checkLoss(vector, inputs, (values) => {
      const out = forward(values);
      return actorLoss(out.logProb, out.q1, out.q2, scalar(alpha));
    });
  },
  temperature_loss(vector) {
    const logProb = tensorOf<tf.Tensor1D>(vector.inputs.log_prob);
    const inputs = inputsOf(vector, 'log_alpha');
    expectEntry(vector, 'alpha', tf.exp(inputs.log_alpha));
    checkLoss(vector, inputs, ({ log_alpha }) =>
      temperatureLoss(scalar(log_alpha), logProb, vector.params.target_entropy as number),
    );
  },
  discrete_value(vector) {
    const i = inputsOf(vector, 'next_logits', 'next_q1', 'next_q2', 'reward', 'terminated');
    const alpha = scalar(vector.params.alpha as number);
    const value = discreteValue(matrix(i.next_logits), matrix(i.next_q1), matrix(i.next_q2), alpha);
    expectEntry(vector, 'next_value', value);
    expectEntry(vector, 'entropy', discreteEntropy(matrix(i.next_logits)));
    expectEntry(
      vector,
      'target',
      discreteTarget(vector1(i.reward), vector1(i.terminated), value, vector.params.gamma as number),
    );
  },
  discrete_actor_loss(vector) {
    const { q1, q2 } = inputsOf(vector, 'q1', 'q2');
    const alpha = scalar(vector.params.alpha as number);
    checkLoss(vector, inputsOf(vector, 'logits'), ({ logits }) =>
      discreteActorLoss(matrix(logits), matrix(q1), matrix(q2), alpha),
    );
  },
  discrete_temperature_loss(vector) {
    const logits = tensorOf<tf.Tensor2D>(vector.inputs.logits);
    checkLoss(vector, inputsOf(vector, 'log_alpha'), ({ log_alpha }) =>
      discreteTemperatureLoss(scalar(log_alpha), logits, vector.params.target_entropy as number),
    );
  },
  discrete_critic_loss(vector) {
    const action = tensorOf<tf.Tensor1D>(vector.inputs.action, 'int32');
    const target = tensorOf<tf.Tensor1D>(vector.inputs.target);
    checkLoss(vector, inputsOf(vector, 'q1', 'q2'), ({ q1, q2 }) =>
      discreteCriticLoss(matrix(q1), matrix(q2), action, target),
    );
  },
  n_step(vector) {
    const list = (name: string) => (vector.inputs[name] as VectorTensor).data as number[];
    const { n, gamma } = vector.params as unknown as { n: number; gamma: number };
    const got = nStepReturns(list('reward'), list('terminated'), list('truncated'), n, gamma);
    expectClose(got.valid, vector.expected.valid, vector.tolerance.valid, 'valid');
    const pairs = {
      return: got.returns,
      bootstrap_discount: got.bootstrapDiscounts,
      bootstrap_index: got.bootstrapIndices,
      steps: got.steps,
    };
    for (const [key, values] of Object.entries(pairs)) {
      const expected = (vector.expected[key] as VectorTensor).data;
      // Windows cut off by the end of the data are not compared.
      const whole = (_: unknown, t: number) => got.valid[t] === 1;
      expectClose(Array.from(values).filter(whole), expected.filter(whole), vector.tolerance[key], key);
    }
  },
  polyak(vector) {
    const target = new Parameters();
    target.add('w', tensorOf(vector.inputs.target));
    (vector.inputs.online as VectorTensor[]).forEach((online, step) => {
      const source = new Parameters();
      source.add('w', tensorOf(online));
      emaStep(target, source, vector.params.tau as number);
      expectEntry(vector, `target_${step}`, target.variables[0]);
    });
  },
};

describe.each(['cpu', 'wasm'] as const)('%s engine', (name) => {
  beforeAll(async () => {
    await startEngine({ name, threads: 2 });
  });
  afterAll(stopEngine);

  test.each(vectorCases('sac.json').map((vector) => [vector.name, vector] as const))(
    'sac.json: %s',
    (_, vector) => {
      expect(checks).toHaveProperty(vector.params.kind);
      tf.tidy(() => checks[vector.params.kind](vector));
    },
  );
});
