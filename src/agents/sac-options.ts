import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();
const fraction = z.number().gt(0).max(1);

export const sacOptions = z.strictObject({
  update: z
    .enum(['reference', 'joint'])
    .default('reference')
    .describe(
      "reference: critic, actor and objective one after the other, as CURL's code; joint: one pass for all (see docs/sac.md)",
    ),
  hidden: count.default(1024).describe('units of the two hidden layers of actor and critics'),
  discount: z.number().min(0).lt(1).default(0.99).describe('per agent step'),
  actorLearningRate: positive.default(1e-3),
  criticLearningRate: positive.default(1e-3).describe('also the encoder, through the critic'),
  temperatureLearningRate: positive.default(1e-4),
  temperatureBeta1: z.number().min(0).lt(1).default(0.5).describe("beta1 of the temperature's Adam"),
  initialTemperature: positive.default(0.1),
  targetEntropy: z.number().optional().describe('minus the number of action dimensions when absent'),
  criticTau: fraction.default(0.01).describe('speed of the target critics'),
  encoderTau: fraction.default(0.05).describe('speed of the target encoder, the key encoder of CURL'),
  actorEvery: count.default(2).describe('updates between actor updates'),
  targetEvery: count.default(2).describe('updates between target updates'),
  targetViews: count
    .default(1)
    .describe('K of DrQ: independent crops of the next observation over which the target is averaged'),
  lossViews: count
    .default(1)
    .describe("M of DrQ: independent crops of the observation over which the critic's loss is averaged"),
  logStdMin: z.number().default(-10),
  logStdMax: z.number().default(2),
});

export type SacOptions = z.output<typeof sacOptions>;
