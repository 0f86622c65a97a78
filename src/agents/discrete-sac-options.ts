import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();
const fraction = z.number().gt(0).max(1);

export const discreteSacOptions = z.strictObject({
  update: z
    .enum(['reference', 'joint'])
    .default('reference')
    .describe(
      'reference: critic, actor and objective one after the other; joint: one pass for all (see docs/sac.md)',
    ),
  hidden: count.default(256).describe('units of the two hidden layers of actor and critics'),
  discount: z.number().min(0).lt(1).default(0.99).describe('per agent step'),
  actorLearningRate: positive.default(3e-4),
  criticLearningRate: positive.default(3e-4).describe('also the encoder, through the critic'),
  temperatureLearningRate: positive.default(3e-4),
  initialTemperature: positive.default(0.1),
  maximumTemperature: positive
    .default(1)
    .describe('bound of the temperature, in units of reward: an entropy out of reach cannot make it diverge'),
  targetEntropyScale: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('target entropy as a share of log n, that of a uniform policy; 0.98 in the paper'),
  criticTau: fraction.default(0.01).describe('speed of the target critics'),
  encoderTau: fraction.default(0.05).describe('speed of the target encoder, the key encoder of CURL'),
  actorEvery: count.default(1).describe('updates between actor updates'),
  targetEvery: count.default(1).describe('updates between target updates'),
});

export type DiscreteSacOptions = z.output<typeof discreteSacOptions>;
