import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random, type TensorData } from '../../src/base/index.ts';
import { ImpalaSequence, PixelEncoder, ResidualBlock, backbones } from '../../src/encoders/index.ts';
import {
  Adam,
  Lars,
  Parameters,
  Sgd,
  clipByGlobalNorm,
  deltaOrthogonal,
  layerNorm,
  lossAndGradients,
  orthogonal,
  startEngine,
  stopEngine,
  tf,
} from '../../src/engine/index.ts';
import { expectEntry, gradientsOf, tensorOf } from '../tensors.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';
import type { RunningEngine } from '../../src/engine/engine.ts';
import { startWebgpuEngine } from '../../src/engine/webgpu-start.ts';
import { NATIVE, TENSORFLOW, WEBGPU } from './kernels-support.ts';

const random = Random.stream(1, 'nets');

/** Loads a case's weights by the names our layers give them, and gives back the gradients under the case's names. */
function checkNetwork(
  vector: VectorCase,
  network: { parameters: Parameters },
  nameInCase: (name: string) => string,
  forward: () => tf.Tensor,
): void {
  const weights: Record<string, TensorData> = {};
  for (const name of network.parameters.names) {
    const { shape, data } = vector.inputs[nameInCase(name)] as VectorTensor;
    weights[name] = { shape, data: Float32Array.from(data as number[]) };
  }
  network.parameters.load(weights);
  expectEntry(vector, 'output', forward());
  const cotangent = tensorOf(vector.inputs.cotangent);
  const { gradients } = lossAndGradients(() => tf.sum(tf.mul(forward(), cotangent)), network.parameters);
  network.parameters.names.forEach((name, i) =>
    expectEntry(vector, `grad_${nameInCase(name)}`, gradients[i]),
  );
}

/** `trunk/conv1/kernel` -> `conv1_kernel`. */
const flatName = (name: string) =>
  name
    .replace(/^(trunk|head)\//, '')
    .replace('norm/', 'ln_')
    .replaceAll('/', '_');

function imageShape(vector: VectorCase) {
  const [, height, width, channels] = (vector.inputs.image as VectorTensor).shape;
  return { height, width, channels };
}

const filtersOf = (vector: VectorCase, layer: number) =>
  (vector.inputs[`conv${layer}_bias`] as VectorTensor).shape[0];
const featuresOf = (vector: VectorCase) => (vector.inputs.dense_bias as VectorTensor).shape[0];

function pixelEncoder(vector: VectorCase): void {
  const options = backbones.conv.options.parse({
    filters: [filtersOf(vector, 1), filtersOf(vector, 2)],
    strides: [2, 1],
    features: featuresOf(vector),
    tanh: vector.params.tanh,
  });
  const trunk = backbones.conv.trunk(options, imageShape(vector), random);
  const encoder = new PixelEncoder(trunk, backbones.conv.head(options, trunk.size, random));
  const images = tf.div(
    tensorOf<tf.Tensor4D>(vector.inputs.image),
    vector.params.scale as number,
  ) as tf.Tensor4D;
  checkNetwork(vector, encoder, flatName, () => encoder.encode(images));
}

function natureCnn(vector: VectorCase): void {
  const filters = [1, 2, 3].map((layer) => filtersOf(vector, layer));
  const options = backbones.nature.options.parse({ filters, features: featuresOf(vector) });
  const trunk = backbones.nature.trunk(options, imageShape(vector), random);
  const encoder = new PixelEncoder(trunk, backbones.nature.head(options, trunk.size, random));
  const images = tf.div(tensorOf<tf.Tensor4D>(vector.inputs.image), 255) as tf.Tensor4D;
  checkNetwork(vector, encoder, flatName, () => encoder.encode(images));
}

function impala(vector: VectorCase): void {
  const x = tensorOf<tf.Tensor4D>(vector.inputs.x);
  const whole = vector.params.kind === 'impala_sequence';
  const bias = vector.inputs[whole ? 'conv_bias' : 'conv_a_bias'] as VectorTensor;
  const block = whole
    ? new ImpalaSequence(x.shape[3], bias.shape[0], random)
    : new ResidualBlock(bias.shape[0], random);
  const name = (own: string) => (whole ? own.replaceAll('/', '_') : `conv_${own.replace('/', '_')}`);
  checkNetwork(vector, block, name, () => block.apply(x));
  const cotangent = tensorOf(vector.inputs.cotangent);
  const { x: gradient } = gradientsOf({ x }, (inputs) =>
    tf.sum(tf.mul(block.apply(inputs.x as tf.Tensor4D), cotangent)),
  );
  expectEntry(vector, 'grad_x', gradient);
}

function normalisation(vector: VectorCase): void {
  const names = ['x', 'gamma', 'beta'] as const;
  const inputs = Object.fromEntries(names.map((name) => [name, tensorOf(vector.inputs[name])]));
  const forward = (values: Record<string, tf.Tensor>) =>
    layerNorm(
      values.x as tf.Tensor2D,
      values.gamma as tf.Tensor1D,
      values.beta as tf.Tensor1D,
      vector.params.eps as number,
    );
  expectEntry(vector, 'output', forward(inputs));
  const cotangent = tensorOf(vector.inputs.cotangent);
  const gradients = gradientsOf(inputs, (values) => tf.sum(tf.mul(forward(values), cotangent)));
  for (const name of names) {
    if (`grad_${name}` in vector.expected) expectEntry(vector, `grad_${name}`, gradients[name]);
  }
}

function initialisation(vector: VectorCase): void {
  const shape = vector.params.shape as number[];
  const gain = vector.params.gain as number;
  const delta = vector.params.kind === 'delta_orthogonal';
  const weights = delta
    ? deltaOrthogonal(shape as [number, number, number, number], gain, random)
    : orthogonal(shape, gain, random);
  let matrix = tf.reshape(weights, [-1, shape[shape.length - 1]]) as tf.Tensor2D;
  if (delta) {
    const [height, width, inputs, outputs] = shape;
    const centre = ((height * width - 1) / 2) * inputs;
    const others = tf.concat([
      tf.slice(matrix, [0, 0], [centre, outputs]),
      tf.slice(matrix, [centre + inputs, 0]),
    ]);
    expectEntry(vector, 'other_taps', tf.max(tf.abs(others)));
    matrix = tf.slice(matrix, [centre, 0], [inputs, outputs]);
  }
  const transposed = vector.params.gram === 'WWt';
  const gram = tf.matMul(matrix, matrix, !transposed, transposed);
  const size = gram.shape[0];
  expect(size).toBe(vector.expected.gram_size);
  const values = gram.dataSync();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      expectEntry(vector, i === j ? 'gram_diagonal' : 'gram_off_diagonal', values[i * size + j]);
    }
  }
}

function optimiser(vector: VectorCase): void {
  const p = vector.params as Record<string, number> & {
    kind: string;
    form: 'moco_v3' | 'simclr';
    nesterov: boolean;
  };
  const parameters = new Parameters();
  const count = Object.keys(vector.inputs).filter((name) => name.startsWith('param_')).length;
  for (let i = 0; i < count; i++) parameters.add(`${i}`, tensorOf(vector.inputs[`param_${i}`]));
  const rates = Array.isArray(vector.params.lr) ? (vector.params.lr as number[]) : null;
  const learningRate = rates ? rates[0] : p.lr;
  const make = () => {
    switch (p.kind) {
      case 'lars':
        return new Lars(parameters, {
          learningRate,
          momentum: p.momentum,
          weightDecay: p.weight_decay,
          trust: p.eta,
          form: p.form,
        });
      case 'sgd':
        return new Sgd(parameters, {
          learningRate,
          momentum: p.momentum,
          weightDecay: p.weight_decay,
          nesterov: p.nesterov,
        });
      default:
        return new Adam(parameters, {
          learningRate,
          beta1: p.beta1,
          beta2: p.beta2,
          epsilon: p.eps,
          weightDecay: p.weight_decay,
          decoupled: p.kind === 'adamw',
        });
    }
  };
  const trained = make();
  for (let step = 0; `grad_${step}_param_0` in vector.inputs; step++) {
    if (rates) trained.learningRate = rates[step];
    trained.apply(
      Array.from({ length: count }, (_, i) => tensorOf(vector.inputs[`grad_${step}_param_${i}`])),
    );
    for (let i = 0; i < count; i++) expectEntry(vector, `step_${step}_param_${i}`, parameters.variables[i]);
  }
}

function clipping(vector: VectorCase): void {
  const gradients = Object.keys(vector.inputs).map((_, i) => tensorOf(vector.inputs[`grad_${i}`]));
  const { clipped, norm } = clipByGlobalNorm(gradients, vector.params.max_norm as number);
  expectEntry(vector, 'norm', norm);
  clipped.forEach((gradient, i) => expectEntry(vector, `clipped_${i}`, gradient));
}

const checks: Record<string, (vector: VectorCase) => void> = {
  pixel_encoder: pixelEncoder,
  nature_cnn: natureCnn,
  impala_block: impala,
  impala_sequence: impala,
  layer_norm: normalisation,
  orthogonal: initialisation,
  delta_orthogonal: initialisation,
  adam: optimiser,
  adamw: optimiser,
  lars: optimiser,
  sgd: optimiser,
  clip_grad_norm: clipping,
};

/** One test for each case, on the engine that runs. */
function checkAll(): void {
  test.each(vectorCases('nets.json').map((vector) => [vector.name, vector] as const))(
    'nets.json: %s',
    (_, vector) => {
      expect(checks).toHaveProperty(vector.params.kind);
      tf.tidy(() => checks[vector.params.kind](vector));
    },
  );
}

const engines = [
  ...(['cpu', 'wasm'] as const),
  ...(NATIVE.length > 0 ? (['native'] as const) : []),
  ...(TENSORFLOW === null ? (['tensorflow'] as const) : []),
];
if (TENSORFLOW !== null) test.skip(`tensorflow: ${TENSORFLOW}`, () => {});
if (WEBGPU !== null) test.skip(`webgpu: ${WEBGPU}`, () => {});
describe.runIf(WEBGPU === null)('webgpu engine', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    // Without the self-test, which adapters in software fail on long sums.
    engine = await startWebgpuEngine({ threads: 1, kernels: 'own', auto: false });
  });
  afterAll(() => engine.stop());
  checkAll();
});

describe.each(engines)('%s engine', (name) => {
  beforeAll(async () => {
    await startEngine({ name, threads: 2 });
  });
  afterAll(stopEngine);
  checkAll();
});

test('expectClose notices a wrong value', () => {
  expect(() => expectClose([1, 2.1], { shape: [2], data: [1, 2] }, { atol: 0.01, rtol: 0 })).toThrow('[1]');
});
