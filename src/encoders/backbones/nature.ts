import { z } from 'zod';
import { defineBackbone } from '../encoder.ts';
import { ConvolutionStack } from './convolutions.ts';
import { ReluHead } from './heads.ts';
import { normOption } from './norms.ts';

const positive = z.number().int().positive();

/** The network of Mnih et al. 2015 ("Human-level control through deep reinforcement learning"). */
export const nature = defineBackbone({
  description: '8x8/4, 4x4/2, 3x3/1 convolutions and a dense layer (Nature DQN)',
  options: z.strictObject({
    filters: z
      .tuple([positive, positive, positive])
      .default([32, 64, 64])
      .describe('filters of the three layers'),
    norm: normOption,
    features: positive.default(512).describe('size of the embedding'),
  }),
  trunk: ({ filters, norm }, shape, random) =>
    new ConvolutionStack(
      [
        { filters: filters[0], size: 8, strides: 4 },
        { filters: filters[1], size: 4, strides: 2 },
        { filters: filters[2], size: 3, strides: 1 },
      ],
      shape,
      random,
      { delta: false, norm },
    ),
  head: ({ features }, size, random) => new ReluHead(size, features, random),
});
