import { Random } from '../../src/base/index.ts';
import {
  Adam,
  bytesToFloat,
  convRelu,
  dense,
  emaStep,
  layerNorm,
  Parameters,
  softmaxCrossEntropy,
  tf,
} from '../../src/engine/index.ts';
import { integer, normals, pick } from './kernels-support.ts';
import type { Given } from './kernels-support.ts';

/** An operation at one size: what it gives on the running backend, values and gradients, by name. */
export interface Trial {
  label: string;
  compute(): Record<string, tf.Tensor>;
}

/** Draws a trial of random size. */
type Draw = (random: Random) => Trial;

/** A tensor on the running backend. */
const made = ({ shape, values }: Given): tf.Tensor =>
  tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');

/**
 * Sixteenths: their products and sums are exact in float32. So every engine finds the same values at or below zero
 * before a ReLU, where one rounding more would switch a gradient off.
 */
function sixteenths(random: Random, shape: number[]): Given {
  const values = Float32Array.from(normals(random, shape).values, (value) => Math.round(16 * value) / 16);
  return { shape, values };
}

/** A differentiable operation with its gradients in the direction of a random cotangent. */
function differentiated(
  label: string,
  random: Random,
  outputShape: number[],
  given: Record<string, Given>,
  operation: (...inputs: tf.Tensor[]) => tf.Tensor,
): Trial {
  const shapes = Object.entries(given).map(([name, { shape }]) => `${name} [${shape}]`);
  const cotangent = sixteenths(random, outputShape);
  const compute = () => {
    const inputs = Object.values(given).map(made);
    const gradients = tf.grads(operation)(inputs, made(cotangent));
    const named = Object.keys(given).map((name, i) => [`gradient of ${name}`, gradients[i]]);
    return { value: operation(...inputs), ...(Object.fromEntries(named) as Record<string, tf.Tensor>) };
  };
  return { label: `${label} of ${shapes.join(', ')}`, compute };
}

const CHANNELS = [1, 2, 3, 5, 9, 16, 32];
const FILTERS = [1, 3, 4, 8, 13, 16, 32, 33];

function convolution(random: Random): Trial {
  const [kh, kw] = [integer(random, 1, 4), integer(random, 1, 4)];
  const [channels, filters] = [pick(random, CHANNELS), pick(random, FILTERS)];
  const side = (k: number) => k + integer(random, 0, 6);
  const shape: [number, number, number, number] = [integer(random, 1, 3), side(kh), side(kw), channels];
  const strides = pick<[number, number]>(random, [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 2],
  ]);
  const pad = pick(random, ['valid', 'same'] as const);
  const filterShape: [number, number, number, number] = [kh, kw, channels, filters];
  const { outShape } = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad);
  const given = { x: normals(random, shape), filter: normals(random, filterShape) };
  return differentiated(`conv2d ${pad}, strides ${strides.join('x')}`, random, outShape, given, (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad),
  );
}

function fusedConvolution(random: Random): Trial {
  const k = integer(random, 1, 4);
  const strides = integer(random, 1, 3);
  const [channels, filters] = [pick(random, CHANNELS), pick(random, FILTERS)];
  const [batch, height, width] = [
    integer(random, 1, 3),
    k + integer(random, 0, 6),
    k + integer(random, 0, 6),
  ];
  const out = (size: number) => Math.floor((size - k) / strides) + 1;
  const given = {
    x: sixteenths(random, [batch, height, width, channels]),
    filter: sixteenths(random, [k, k, channels, filters]),
    bias: sixteenths(random, [filters]),
  };
  const shape = [batch, out(height), out(width), filters];
  return differentiated(`convRelu, stride ${strides}`, random, shape, given, (x, filter, bias) =>
    convRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, strides),
  );
}

/** 3 x 3 filters at stride 1 over so many channels go by transformed tiles. */
function tiledConvolution(random: Random): Trial {
  const [channels, filters] = [pick(random, [16, 32]), pick(random, [16, 32])];
  const [batch, height, width] = [integer(random, 1, 2), integer(random, 6, 11), integer(random, 6, 11)];
  const given = {
    x: sixteenths(random, [batch, height, width, channels]),
    filter: sixteenths(random, [3, 3, channels, filters]),
    bias: sixteenths(random, [filters]),
  };
  const shape = [batch, height - 2, width - 2, filters];
  return differentiated('convRelu of 3 x 3, stride 1', random, shape, given, (x, filter, bias) =>
    convRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, 1),
  );
}

function product(random: Random): Trial {
  const [batch, rows, inner, columns] = [
    pick(random, [1, 1, 2, 3]),
    integer(random, 1, 40),
    integer(random, 1, 60),
    integer(random, 1, 40),
  ];
  const [transposeA, transposeB] = [pick(random, [false, true]), pick(random, [false, true])];
  const given = {
    a: normals(random, transposeA ? [batch, inner, rows] : [batch, rows, inner]),
    b: normals(random, transposeB ? [batch, columns, inner] : [batch, inner, columns]),
  };
  const label = `matMul${transposeA ? ' transposeA' : ''}${transposeB ? ' transposeB' : ''}`;
  return differentiated(label, random, [batch, rows, columns], given, (a, b) =>
    tf.matMul(a as tf.Tensor3D, b as tf.Tensor3D, transposeA, transposeB),
  );
}

function fusedProduct(random: Random): Trial {
  const [rows, inner, columns] = [integer(random, 1, 40), integer(random, 1, 60), integer(random, 1, 40)];
  const relu = pick(random, [false, true]);
  const given = {
    x: sixteenths(random, [rows, inner]),
    kernel: sixteenths(random, [inner, columns]),
    bias: sixteenths(random, [columns]),
  };
  return differentiated(relu ? 'dense relu' : 'dense', random, [rows, columns], given, (x, kernel, bias) =>
    dense(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D, relu),
  );
}

function sum(random: Random): Trial {
  const shape = Array.from({ length: integer(random, 1, 4) }, () => integer(random, 1, 12));
  const axes = Array.from({ length: integer(random, 1, shape.length) }, (_, axis) => axis);
  // Positive values: where signs cancel, the sum is small and its relative error says nothing.
  const x = { shape, values: normals(random, shape).values.map(Math.abs) };
  const kept = shape.slice(axes.length);
  return differentiated(`sum over [${axes}]`, random, kept, { x }, (x) => tf.sum(x, axes));
}

function normalisation(random: Random): Trial {
  const [rows, size] = [integer(random, 1, 40), integer(random, 8, 130)];
  const [x, gamma, beta] = [[rows, size], [size], [size]].map((shape) => normals(random, shape));
  return differentiated('layerNorm', random, [rows, size], { x, gamma, beta }, (x, gamma, beta) =>
    layerNorm(x as tf.Tensor2D, gamma as tf.Tensor1D, beta as tf.Tensor1D),
  );
}

function crossEntropy(random: Random): Trial {
  const [rows, classes] = [integer(random, 1, 40), integer(random, 2, 60)];
  const logits = normals(random, [rows, classes]);
  const labels = Int32Array.from({ length: rows }, () => random.integer(classes));
  return differentiated('softmaxCrossEntropy', random, [rows], { logits }, (logits) =>
    softmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, 'int32')),
  );
}

function bytes(random: Random): Trial {
  const shape = [
    integer(random, 1, 4),
    integer(random, 1, 30),
    integer(random, 1, 30),
    pick(random, [1, 3, 9]),
  ];
  const values = Uint8Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(256));
  return { label: `bytesToFloat [${shape}]`, compute: () => ({ value: bytesToFloat(values, shape) }) };
}

/** Some parameters of random shapes, by name. */
function parametersOf(random: Random): Given[] {
  return Array.from({ length: integer(random, 1, 4) }, () =>
    normals(random, [integer(random, 1, 40), integer(random, 1, 40)]),
  );
}

function parameters(given: Given[]): Parameters {
  const set = new Parameters();
  given.forEach((each, i) => set.add(`${i}`, made(each)));
  return set;
}

/** The parameters' values as tensors that outlive them. */
function valuesOf(set: Parameters): Record<string, tf.Tensor> {
  const copies = [...set.entries()].map(([name, variable]) => [name, tf.add(variable, 0)]);
  set.dispose();
  return Object.fromEntries(copies) as Record<string, tf.Tensor>;
}

function adamSteps(random: Random): Trial {
  const start = parametersOf(random);
  const gradients = [0, 1, 2].map(() => start.map(({ shape }) => normals(random, shape)));
  const weightDecay = pick(random, [0, 0.01]);
  const compute = () => {
    const set = parameters(start);
    // Steps as large as the weights, so that an error in a step shows.
    const adam = new Adam(set, { learningRate: 0.5, weightDecay });
    for (const step of gradients) adam.apply(step.map(made));
    adam.dispose();
    return valuesOf(set);
  };
  return { label: `3 steps of Adam on ${start.map(({ shape }) => `[${shape}]`).join(' ')}`, compute };
}

function averages(random: Random): Trial {
  const start = parametersOf(random);
  const online = start.map(({ shape }) => normals(random, shape));
  const compute = () => {
    const [target, source] = [parameters(start), parameters(online)];
    emaStep(target, source, 0.3);
    source.dispose();
    return valuesOf(target);
  };
  return { label: `emaStep on ${start.map(({ shape }) => `[${shape}]`).join(' ')}`, compute };
}

/** The operations that have kernels of ours, with the kernels that each runs. */
export const OPERATIONS: Record<string, Draw> = {
  'Conv2D, its filter and its input gradient': convolution,
  'CurlewConvRelu, CurlewConvReluParameterGrads, CurlewConvReluInputGrad': fusedConvolution,
  'CurlewConvRelu and its gradients by transformed tiles': tiledConvolution,
  'BatchMatMul in all transpositions': product,
  'CurlewDense, CurlewReluGrad, transposed products, Sum': fusedProduct,
  Sum: sum,
  'CurlewLayerNorm and CurlewLayerNormGrad': normalisation,
  'CurlewSoftmaxCrossEntropy and its gradient': crossEntropy,
  CurlewBytesToFloat: bytes,
  CurlewAdam: adamSteps,
  CurlewEma: averages,
};

/** `count` trials of an operation, the same ones in every process. */
export function trialsOf(operation: string, count: number): Trial[] {
  const random = Random.stream(1, 'agreement', operation);
  return Array.from({ length: count }, () => OPERATIONS[operation](random));
}

/** What a trial gives on the running backend. */
export async function resultsOf({ compute }: Trial): Promise<Record<string, Given>> {
  const tensors = tf.tidy(compute);
  const results: Record<string, Given> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    results[name] = { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
    tensor.dispose();
  }
  return results;
}
