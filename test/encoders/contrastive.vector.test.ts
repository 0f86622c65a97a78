import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EmbeddingQueue,
  MemoryBank,
  accuracy,
  alignment,
  barlowTwins,
  batchInfoNce,
  bilinearInfoNce,
  blendRows,
  byolLoss,
  contrastiveAccuracy,
  embeddingStd,
  instanceNce,
  instanceSoftmax,
  linearCka,
  momentumSchedule,
  normalise,
  ntXent,
  queueInfoNce,
  rankMe,
  sinkhorn,
  swappedPrediction,
  temporalInfoNce,
  uniformity,
  unnormalised,
  vicreg,
  weightedKnn,
  type Matrix,
} from '../../src/encoders/index.ts';
import { Random } from '../../src/base/index.ts';
import { Parameters, emaStep, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { expectEntry, gradientsOf, tensorOf } from '../tensors.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

type Tensors = Record<string, tf.Tensor2D>;

/** Numbers of a case's parameters by name. */
function number(vector: VectorCase, name: string): number {
  return vector.params[name] as number;
}

/** Inputs of a case by name, as matrices. */
function tensors(vector: VectorCase, ...names: string[]): Tensors {
  return Object.fromEntries(names.map((name) => [name, tensorOf<tf.Tensor2D>(vector.inputs[name])]));
}

function list(value: unknown): tf.Tensor2D[] {
  return (value as VectorTensor[]).map((entry) => tensorOf<tf.Tensor2D>(entry));
}

function matrix(value: unknown): Matrix {
  const { shape, data } = value as VectorTensor;
  return { rows: shape[0], columns: shape[1], data: data as number[] };
}

function integers(value: unknown): Int32Array {
  return Int32Array.from((value as VectorTensor).data as number[]);
}

/** Compares every entry of `got` that the case expects, and the gradients of its `loss` with respect to `inputs`. */
function expectLoss(
  vector: VectorCase,
  inputs: Tensors,
  forward: (inputs: Tensors) => { loss: tf.Scalar } & Record<string, unknown>,
): void {
  const got = forward(inputs);
  const compared = new Set<string>();
  for (const [name, value] of Object.entries(got)) {
    if (!(name in vector.expected)) continue;
    compared.add(name);
    expectEntry(vector, name, value as tf.Tensor);
  }
  const gradients = gradientsOf(inputs, (values) => forward(values as Tensors).loss);
  for (const [name, gradient] of Object.entries(gradients)) {
    if (!(`grad_${name}` in vector.expected)) continue;
    compared.add(`grad_${name}`);
    expectEntry(vector, `grad_${name}`, gradient);
  }
  expect([...compared].sort()).toEqual(Object.keys(vector.expected).sort());
}

/** A bank whose every slot holds a row, transition i in slot i. */
function bankOf(value: unknown): MemoryBank {
  const { rows, columns, data } = matrix(value);
  const bank = new MemoryBank(columns);
  const slots = Int32Array.from({ length: rows }, (_, i) => i);
  bank.write({ slots, numbers: slots }, data);
  return bank;
}

/** Updates a bank as the objective does, and compares all of its rows. */
function expectBank(vector: VectorCase, v: tf.Tensor2D): void {
  const bank = bankOf(vector.inputs.bank);
  const slots = integers(vector.inputs.index);
  const old = tf.tensor2d(bank.read(slots), v.shape);
  bank.write({ slots, numbers: slots }, blendRows(old, v, number(vector, 'bank_momentum')).dataSync());
  const rows = matrix(vector.inputs.bank).rows;
  const all = bank.read(Int32Array.from({ length: rows }, (_, i) => i));
  expectClose(all, vector.expected.bank_after, vector.tolerance.bank_after, vector.name);
}

const checks: Record<string, (vector: VectorCase) => void> = {
  curl_bilinear(vector) {
    const positive = tensorOf<tf.Tensor2D>(vector.inputs.z_pos);
    expectLoss(vector, tensors(vector, 'z_a', 'W'), ({ z_a, W }) => {
      const { loss, logits } = bilinearInfoNce(z_a, positive, W);
      return { loss, logits, accuracy: contrastiveAccuracy(logits) };
    });
  },
  nt_xent(vector) {
    expectLoss(vector, tensors(vector, 'a', 'b'), ({ a, b }) => {
      const { loss } = ntXent(a, b, number(vector, 'temperature'));
      return { loss, loss_sum_form: tf.mul(loss, 2) };
    });
  },
  moco(vector) {
    const { k, queue } = tensors(vector, 'k', 'queue');
    expectLoss(vector, tensors(vector, 'q'), ({ q }) => {
      const { loss, logits, labels } = queueInfoNce(q, k, queue, number(vector, 'temperature'));
      return { loss, accuracy: accuracy(logits, labels) };
    });
  },
  moco_v3(vector) {
    const { k1, k2 } = tensors(vector, 'k1', 'k2');
    expectLoss(vector, tensors(vector, 'q1', 'q2'), ({ q1, q2 }) => {
      const temperature = number(vector, 'temperature');
      const [first, second] = [
        batchInfoNce(q1, k2, temperature).loss,
        batchInfoNce(q2, k1, temperature).loss,
      ];
      return { loss: tf.add(first, second), loss_q1_k2: first, loss_q2_k1: second };
    });
  },
  sinkhorn(vector) {
    const options = { epsilon: number(vector, 'eps'), iterations: number(vector, 'iterations') };
    expectEntry(vector, 'assignment', sinkhorn(tensorOf(vector.inputs.scores), options));
  },
  swav(vector) {
    const z = list(vector.inputs.z);
    const queues = vector.inputs.queue ? list(vector.inputs.queue) : undefined;
    const inputs: Tensors = Object.fromEntries(z.map((value, i) => [`z_${i}`, value]));
    inputs.prototypes = tensorOf<tf.Tensor2D>(vector.inputs.prototypes);
    expectLoss(vector, inputs, (values) => {
      const { loss, assignments } = swappedPrediction(
        z.map((_, i) => values[`z_${i}`]),
        values.prototypes,
        {
          temperature: number(vector, 'temperature'),
          epsilon: number(vector, 'eps'),
          iterations: number(vector, 'iterations'),
          assignViews: vector.params.assign_crops as number[],
          queues,
        },
      );
      return { loss, ...Object.fromEntries(assignments.map((q, j) => [`assignment_${j}`, q])) };
    });
  },
  instance_softmax(vector) {
    const { bank } = tensors(vector, 'bank');
    const index = tensorOf<tf.Tensor1D>(vector.inputs.index, 'int32');
    const { bank_after: _after, ...expected } = vector.expected;
    expectLoss({ ...vector, expected }, tensors(vector, 'v'), ({ v }) => ({
      ...instanceSoftmax(v, bank, index, number(vector, 'temperature')),
    }));
    if ('bank_after' in vector.expected) expectBank(vector, tensors(vector, 'v').v);
  },
  instance_nce(vector) {
    const bank = bankOf(vector.inputs.bank);
    const { rows, columns } = matrix(vector.inputs.bank);
    const temperature = number(vector, 'temperature');
    const [batch, k] = (vector.inputs.negatives as VectorTensor).shape;
    const own = tf.tensor2d(bank.read(integers(vector.inputs.index)), [batch, columns]);
    const others = tf.tensor3d(bank.read(integers(vector.inputs.negatives)), [batch, k, columns]);
    const { bank_after: _after, Z: _z, ...expected } = vector.expected;
    const similarities = (v: tf.Tensor2D): [tf.Tensor1D, tf.Tensor2D] => {
      const unit = normalise(v);
      return [tf.sum(tf.mul(unit, own), 1), tf.sum(tf.mul(tf.expandDims(unit, 1), others), 2)];
    };
    const { v } = tensors(vector, 'v');
    const [p, n] = similarities(v);
    const all = unnormalised(tf.concat([tf.expandDims(p, 1), n], 1), temperature);
    const z = vector.params.Z === null ? tf.mul<tf.Scalar>(tf.mean(all), rows) : number(vector, 'Z');
    if (typeof z !== 'number') expectEntry(vector, 'Z', z);
    expectLoss({ ...vector, expected }, { v }, (values) => {
      const [positive, negatives] = similarities(values.v);
      const epsilon = number(vector, 'eps');
      return { loss: tf.mean(instanceNce(positive, negatives, { temperature, rows, z, epsilon })) };
    });
    expectBank(vector, v);
  },
  temporal_infonce(vector) {
    const { positive } = tensors(vector, 'positive');
    const mask = tensorOf<tf.Tensor1D>(vector.inputs.mask);
    expectLoss(vector, tensors(vector, 'anchor', 'W'), ({ anchor, W }) => ({
      ...temporalInfoNce(anchor, positive, W, mask),
    }));
  },
  byol(vector) {
    const { z1, z2 } = tensors(vector, 'z1', 'z2');
    expectLoss(vector, tensors(vector, 'p1', 'p2'), ({ p1, p2 }) => ({ loss: byolLoss(p1, p2, z1, z2) }));
  },
  barlow(vector) {
    expectLoss(vector, tensors(vector, 'z1', 'z2'), ({ z1, z2 }) => {
      const { loss, onDiagonal, offDiagonal } = barlowTwins(
        z1,
        z2,
        number(vector, 'lambda'),
        number(vector, 'eps'),
      );
      return { loss, on_diagonal: onDiagonal, off_diagonal: offDiagonal };
    });
  },
  vicreg(vector) {
    const weights = {
      invariance: number(vector, 'sim'),
      variance: number(vector, 'std'),
      covariance: number(vector, 'cov'),
    };
    expectLoss(vector, tensors(vector, 'z1', 'z2'), ({ z1, z2 }) => ({
      ...vicreg(z1, z2, weights, number(vector, 'var_eps')),
    }));
  },
  queue(vector) {
    const start = vector.inputs.start as VectorTensor;
    const queue = new EmbeddingQueue(number(vector, 'capacity'), number(vector, 'dim'), new Random('start'));
    const rows = { shape: start.shape, data: Float32Array.from(start.data as number[]) };
    queue.restore({ tensors: { rows }, values: { pointer: 0, filled: 0, sizes: [] } });
    list(vector.inputs.batches).forEach((batch, t) => {
      queue.push(batch);
      expectEntry(vector, `contents_${t}`, queue.rows);
      expectEntry(vector, `ptr_${t}`, queue.pointer);
    });
  },
  ema(vector) {
    const target = new Parameters();
    target.add('w', tensorOf(vector.inputs.target));
    list(vector.inputs.online).forEach((value, step) => {
      const source = new Parameters();
      source.add('w', value);
      emaStep(target, source, 1 - number(vector, 'momentum'));
      expectEntry(vector, `target_${step}`, target.variables[0]);
    });
  },
  momentum_schedule(vector) {
    const got = integers(vector.inputs.t);
    const momentum = Array.from(got, (t) =>
      momentumSchedule(t, number(vector, 'steps'), number(vector, 'base')),
    );
    expectClose(momentum, vector.expected.momentum, vector.tolerance.momentum, vector.name);
  },
  alignment_uniformity(vector) {
    const { x, y } = tensors(vector, 'x', 'y');
    expectEntry(vector, 'alignment', alignment(x, y, number(vector, 'alpha')));
    expectEntry(vector, 'uniformity_x', uniformity(x, number(vector, 't')));
  },
  embedding_std(vector) {
    expectEntry(vector, 'std', embeddingStd(tensorOf(vector.inputs.x)));
  },
  rankme(vector) {
    expectEntry(vector, 'rankme', rankMe(matrix(vector.inputs.x), number(vector, 'eps')));
  },
  knn(vector) {
    const labels = integers(vector.inputs.bank_labels);
    const options = {
      k: number(vector, 'k'),
      temperature: number(vector, 'temperature'),
      classes: number(vector, 'classes'),
    };
    const { votes, predictions } = weightedKnn(
      matrix(vector.inputs.bank),
      labels,
      matrix(vector.inputs.queries),
      options,
    );
    const truth = integers(vector.inputs.query_labels);
    const hits = truth.filter((label, i) => label === predictions[i]).length;
    expectClose(votes, vector.expected.votes, vector.tolerance.votes, vector.name);
    expectClose(predictions, vector.expected.predictions, vector.tolerance.predictions, vector.name);
    expectEntry(vector, 'accuracy', hits / truth.length);
  },
  linear_cka(vector) {
    expectEntry(vector, 'cka', linearCka(matrix(vector.inputs.x), matrix(vector.inputs.y)));
  },
};

const cases = vectorCases('contrastive.json');

describe.each(['cpu', 'wasm'] as const)('%s engine', (name) => {
  beforeAll(async () => {
    await startEngine({ name, threads: 2 });
  });
  afterAll(stopEngine);

  test.each(cases.map((vector) => [vector.name, vector] as const))('contrastive.json: %s', (_, vector) => {
    tf.tidy(() => {
      expect(Object.keys(checks)).toContain(vector.params.kind);
      checks[vector.params.kind](vector);
    });
  });
});
