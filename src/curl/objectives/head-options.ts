import { z } from 'zod';
import { learnerOptions } from '../learner.ts';
import type { View } from '../objective.ts';

export const count = z.number().int().positive();
export const fraction = z.number().min(0).max(1);

/** Options of every objective with a projection head. */
export const headOptions = learnerOptions.extend({
  hidden: count.default(256).describe('units of the hidden layers of the heads'),
  size: count.default(128).describe('dimensions of the space in which views are compared'),
  norm: z
    .enum(['none', 'layer', 'batch'])
    // Measured: with a layer norm, cosines of replayed frames start near 1 and stay there (docs/encoders.md).
    .default('batch')
    .describe('in the heads'),
  splits: count.default(1).describe('groups that a batch norm takes its statistics over'),
});

export const temperature = z.number().positive().describe('divides similarities');

/** Two crops of the same observation, the first of which the agent sees too. */
export const TWO_CROPS: readonly View[] = [{ crop: 'agent' }, { crop: 'fresh' }];
