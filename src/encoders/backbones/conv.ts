import { z } from 'zod';
import { defineBackbone } from '../encoder.ts';
import { ConvolutionStack } from './convolutions.ts';
import { NormalisedHead } from './heads.ts';
import { normOption } from './norms.ts';

const positive = z.number().int().positive();

/**
 * The pixel network of CURL, RAD and DrQ (arXiv 2004.04136, appendix; SAC+AE, arXiv 1910.01741): 3x3 convolutions
 * without padding, delta-orthogonal kernels, then a dense layer and a layer norm. With the defaults an 84x84
 * observation becomes 35x35x32 features and a 50-dimensional embedding.
 */
export const conv = defineBackbone({
  description: '3x3 convolutions, dense layer, layer norm (CURL, RAD, DrQ)',
  options: z.strictObject({
    filters: z
      .union([positive, z.array(positive)])
      .default(32)
      .describe('filters of every layer, or one number per layer'),
    strides: z
      .array(positive)
      .min(1)
      .default([2, 1, 1, 1])
      .describe('step of each convolution; as many as layers'),
    norm: normOption,
    features: positive.default(50).describe('size of the embedding'),
    tanh: z.boolean().default(false).describe('tanh after the layer norm (SAC+AE, DrQ)'),
  }),
  trunk: ({ filters, strides, norm }, shape, random) =>
    new ConvolutionStack(
      strides.map((step, i) => ({
        filters: Array.isArray(filters) ? filters[i] : filters,
        size: 3,
        strides: step,
      })),
      shape,
      random,
      { delta: true, norm },
    ),
  head: ({ features, tanh }, size, random) => new NormalisedHead(size, features, random, { tanh }),
});
