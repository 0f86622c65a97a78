import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();
const weight = z.number().nonnegative();
const steps = z.number().int().nonnegative();

/** Options of PPO, by the names that users of other libraries know. */
export const ppoOptions = z.strictObject({
  numEnvs: count.default(8).describe('environments that collect side by side'),
  vectorization: z
    .enum(['sync', 'async'])
    .default('sync')
    .describe('environments in one thread, or on worker threads'),
  numSteps: count.default(128).describe('steps of each environment in a rollout'),
  epochs: count.default(4).describe('passes over a rollout'),
  minibatches: count.default(4).describe('parts that a rollout is cut into for each pass'),
  learningRate: positive.default(3e-4),
  learningRateSchedule: z
    .enum(['linear', 'constant'])
    .default('linear')
    .describe('linear: down to 0 at the end of the run'),
  discount: z.number().min(0).max(1).default(0.99).describe('per agent step'),
  gaeLambda: z.number().min(0).max(1).default(0.95),
  clipRange: positive.default(0.2).describe('how far the ratio of new to old probability may leave 1'),
  valueClip: z
    .union([positive, z.literal(false)])
    .default(0.2)
    .describe('how far values may move within an update, in units of the (normalised) return; false: freely'),
  valueCoefficient: weight.default(0.5),
  entropyCoefficient: weight.default(0.01),
  maxGradientNorm: positive.default(0.5).describe('gradients are scaled down to this joint norm'),
  targetKl: positive.optional().describe('stop the passes over a rollout where the policy has moved further'),
  normaliseAdvantage: z.boolean().default(true).describe('in every minibatch'),
  normaliseObservation: z
    .boolean()
    .default(true)
    .describe('states to mean 0 and variance 1, held within ±10; pixels are left alone'),
  normaliseReward: z
    .boolean()
    .default(true)
    .describe('rewards divided by the standard deviation of the discounted return, held within ±10'),
  hidden: z
    .array(count)
    .optional()
    .describe(
      'units of the tanh layers of policy and value; by default [64, 64] for states, none for pixels',
    ),
  initialLogStd: z.number().default(0).describe('of continuous actions'),
  adamEpsilon: positive.default(1e-5),
  objectiveOn: z
    .enum(['rollout', 'replay'])
    .default('rollout')
    .describe(
      'the objective is a further loss on every minibatch, or learns by itself from a replay of its own',
    ),
  objectiveWeight: positive
    .default(0.1)
    .describe("on rollout: factor of the objective's loss, beside its own weight"),
  objectiveUpdates: count.default(6).describe('on replay: updates after the first rollout, see its schedule'),
  objectiveSchedule: z
    .enum(['constant', 'linear', 'quadratic'])
    .default('quadratic')
    .describe('on replay: how the number of updates falls to 0 over the run'),
  objectiveStart: steps.default(0).describe('on replay: agent steps before the objective learns'),
  policyStart: steps
    .default(0)
    .describe('agent steps before the policy learns, such as for the objective to go ahead'),
  stopEncoderGradient: z.boolean().default(false).describe('the objective alone trains the encoder'),
  encoderTau: positive
    .max(1)
    .default(0.05)
    .describe('speed of the momentum encoder, the key encoder of CURL'),
});

export type PpoOptions = z.output<typeof ppoOptions>;
