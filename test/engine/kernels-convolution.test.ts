import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { expectNear, expectSame, Fixture, integer, normals, pick, run, VARIANTS } from './kernels-support.ts';
import type { Called } from './kernels-support.ts';

interface Geometry {
  input: [number, number, number, number];
  filter: [number, number, number, number];
  attrs: { strides: [number, number]; pad: unknown; dataFormat: 'NHWC'; dilations: number };
}

const PADS = ['valid', 'valid', 'same', 1, 'explicit'];

function randomGeometry(random: Random): Geometry {
  const [kh, kw] = [integer(random, 1, 5), integer(random, 1, 5)];
  const [channels, out] = [
    pick(random, [1, 2, 3, 5, 9, 16, 32]),
    pick(random, [1, 3, 4, 7, 8, 9, 13, 16, 32, 33]),
  ];
  const input: Geometry['input'] = [
    integer(random, 1, 5),
    kh + integer(random, 0, 14),
    kw + integer(random, 0, 14),
    channels,
  ];
  const chosen = pick(random, PADS);
  const side = () => [integer(random, 0, 2), integer(random, 0, 2)];
  const pad = chosen === 'explicit' ? [[0, 0], side(), side(), [0, 0]] : chosen;
  const strides: [number, number] = pick(random, [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 2],
    [4, 3],
  ]);
  return {
    input,
    filter: [kh, kw, channels, out],
    attrs: { strides, pad, dataFormat: 'NHWC', dilations: 1 },
  };
}

/** A convolution that goes by transformed tiles (winograd.h): odd and even sizes, any padding. */
function tiledGeometry(random: Random): Geometry {
  const [channels, out] = [pick(random, [16, 32, 48]), pick(random, [16, 32, 64])];
  const side = () => integer(random, 6, 19);
  const around = () => [integer(random, 0, 2), integer(random, 0, 2)];
  const pad = pick(random, ['valid', 'same', [[0, 0], around(), around(), [0, 0]]]);
  return {
    input: [integer(random, 1, 5), side(), side(), channels],
    filter: [3, 3, channels, out],
    attrs: { strides: [1, 1], pad, dataFormat: 'NHWC', dilations: 1 },
  };
}

function outputShape({ input, filter, attrs }: Geometry): number[] {
  const pad = attrs.pad as 'valid';
  return tf.backend_util.computeConv2DInfo(input, filter, attrs.strides, 1, pad, 'floor').outShape;
}

/** The layers of pixel encoders, enough work to wake the threads. */
const LAYERS = [
  { input: [4, 24, 24, 9], filter: [3, 3, 9, 32] },
  { input: [3, 13, 13, 32], filter: [3, 3, 32, 32] },
  { input: [1, 41, 5, 32], filter: [3, 3, 32, 64] },
  // More images than groups that gradients are summed in.
  { input: [37, 9, 8, 16], filter: [3, 3, 16, 16] },
].flatMap(({ input, filter }) =>
  [1, 2].map((s) => ({
    input: input as Geometry['input'],
    filter: filter as Geometry['filter'],
    attrs: { strides: [s, s] as [number, number], pad: 'valid', dataFormat: 'NHWC' as const, dilations: 1 },
  })),
);

/** A window that sees nothing but padding. */
const OUTSIDE: Geometry = {
  input: [2, 1, 1, 3],
  filter: [1, 1, 3, 5],
  attrs: {
    strides: [4, 4],
    pad: [
      [0, 0],
      [2, 0],
      [2, 0],
      [0, 0],
    ],
    dataFormat: 'NHWC',
    dilations: 1,
  },
};

const random = Random.stream(1, 'convolution');
const CASES = [
  ...LAYERS,
  OUTSIDE,
  ...Array.from({ length: 40 }, () => randomGeometry(random)),
  ...Array.from({ length: 20 }, () => tiledGeometry(random)),
].map((geometry) => {
  const x = normals(random, geometry.input);
  const dy = normals(random, outputShape(geometry));
  const y = normals(random, outputShape(geometry));
  const masked = { ...dy, values: dy.values.map((value, i) => (y.values[i] > 0 ? value : 0)) };
  const filter = normals(random, geometry.filter);
  const bias = normals(random, [geometry.filter[3]]);
  const { strides, pad, dataFormat } = geometry.attrs;
  const activation = pick(random, ['relu', 'linear']);
  const gradient = { strides, pad, dataFormat, filterShape: geometry.filter, inputShape: geometry.input };
  return {
    Conv2D: { kernel: 'Conv2D', inputs: { x, filter }, attrs: { ...geometry.attrs } },
    FusedConv2D: {
      kernel: 'FusedConv2D',
      inputs: { x, filter, bias },
      attrs: { ...geometry.attrs, activation },
    },
    Conv2DBackpropFilter: { kernel: 'Conv2DBackpropFilter', inputs: { x, dy }, attrs: gradient },
    Conv2DBackpropInput: { kernel: 'Conv2DBackpropInput', inputs: { dy, filter }, attrs: gradient },
    y,
    masked,
  };
});

const DILATED: Called = {
  kernel: 'Conv2D',
  inputs: { x: normals(random, [2, 12, 12, 3]), filter: normals(random, [3, 3, 3, 4]) },
  attrs: { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 2 },
};

describe.each(VARIANTS)('convolution kernels, $simd, $threads threads', ({ simd, threads }) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start(simd, threads);
  });
  afterAll(() => fixture.stop());

  test.each(['Conv2D', 'FusedConv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput'] as const)(
    '%s agrees with the cpu backend',
    async (kernel) => {
      for (const calls of CASES) await expectSame(calls[kernel]);
    },
  );

  test('CurlewConvReluParameterGrads gives filter and bias gradients where the output is positive', async () => {
    for (const { Conv2DBackpropFilter: call, y, masked } of CASES) {
      const { x, dy } = call.inputs;
      const [filter, bias] = await run('wasm', {
        ...call,
        kernel: 'CurlewConvReluParameterGrads',
        inputs: { x, dy, y },
      });
      const [alone] = await run('wasm', { ...call, inputs: { x, dy: masked } });
      expect(filter).toEqual(alone);
      const sum = { kernel: 'Sum', inputs: { x: masked }, attrs: { axis: [0, 1, 2], keepDims: false } };
      expectNear(bias, (await run('wasm', sum))[0], 'bias gradient', 1e-5);
    }
  });

  test('CurlewConvReluInputGrad gives the input gradient where the output is positive', async () => {
    for (const { Conv2DBackpropInput: call, y, masked } of CASES) {
      const { dy, filter } = call.inputs;
      const [input] = await run('wasm', {
        ...call,
        kernel: 'CurlewConvReluInputGrad',
        inputs: { dy, y, filter },
      });
      const [alone] = await run('wasm', { ...call, inputs: { dy: masked, filter } });
      expect(input).toEqual(alone);
    }
  });

  test('dilated convolutions go to the library', () => expectSame(DILATED));
});
