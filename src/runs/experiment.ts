import { z } from 'zod';

const count = z.number().int().positive();
/** Augmentations in order, by name or with options; the registry of augmentations checks them. */
const steps = z.array(z.union([z.string(), z.looseObject({ op: z.string() })])).optional();
/** An id beside options that the registry entry of that id checks (see `train/resolve.ts`). */
const part = (id: string) => z.looseObject({ id: z.string().default(id) }).prefault({});

/**
 * An experiment file. Steps are agent steps unless a name says otherwise: one agent step is one decision,
 * `env.actionRepeat` environment steps.
 */
export const experimentSchema = z.strictObject({
  version: z.literal(1).default(1).describe('format version of this file'),
  name: z
    .string()
    .regex(/^\w[\w.-]*$/)
    .default('experiment')
    .describe('folder under runs/: letters, digits, - . _'),
  seed: z.number().int().nonnegative().default(1).describe('seeds every generator of the run'),
  steps: count.default(100_000).describe('length of the run in agent steps'),
  env: z
    .looseObject({
      id: z.string().describe('environment, such as control/CartpoleSwingup-v0'),
      observation: z
        .enum(['pixels', 'state'])
        .optional()
        .describe('pictures, or the true state vector; pictures when absent'),
      size: count.default(100).describe('height and width of a frame in pixels'),
      actionRepeat: count.default(1).describe('environment steps per agent step'),
      frameStack: count.default(3).describe('frames stacked into one observation'),
    })
    .describe('further keys go to the environment'),
  agent: part('sac').describe('agent and its options'),
  encoder: part('curl').describe('contrastive objective and its options, or none'),
  backbone: part('conv').describe('pixel network and its options'),
  encoderFrom: z
    .string()
    .optional()
    .describe("run whose encoder (convolutions and head) the agent's starts from, such as a pretraining"),
  pretrain: z
    .strictObject({
      frames: count.default(10_000).describe('agent steps collected to learn from'),
      episodeSteps: count.default(100).describe('episodes are cut after this many agent steps'),
      hold: z
        .number()
        .min(0)
        .lt(1)
        .default(0.5)
        .describe('chance that a random action is the one before again'),
      policyFrom: z.string().optional().describe('run whose agent acts; random actions when absent'),
    })
    .optional()
    .describe('the encoder learns alone, on collected frames; steps of the run are updates'),
  augment: z
    .strictObject({
      crop: count.optional().describe('random crop to this many pixels; centre crop when acting'),
      views: steps.describe(
        "augmentations of the objective's views, such as [flip, { op: blur, p: 0.1 }]; see curlew augmentations",
      ),
      second: steps.describe('the same for the second and further views, where they differ from the first'),
      agent: steps.describe('augmentations of the images that the agent itself trains on'),
    })
    .prefault({}),
  replay: z
    .strictObject({
      capacity: count.default(100_000).describe('agent steps kept'),
      nStep: count.default(1).describe('rewards summed before a transition bootstraps'),
      prioritised: z.boolean().default(false).describe('draw by TD error instead of uniformly'),
      priorityExponent: z
        .number()
        .min(0)
        .max(1)
        .default(0.6)
        .describe('alpha of prioritised replay: 0 is uniform'),
      importanceExponent: z
        .number()
        .min(0)
        .max(1)
        .default(0.4)
        .describe('beta of its importance weights at the start'),
      importanceSteps: count.default(100_000).describe('agent steps until beta is 1'),
    })
    .prefault({}),
  train: z
    .strictObject({
      batchSize: count.default(128),
      randomSteps: z
        .number()
        .int()
        .nonnegative()
        .default(1000)
        .describe('uniform random actions before learning'),
      normaliseStates: z
        .boolean()
        .default(false)
        .describe('bring the numbers of states to one scale, by the random steps (off-policy agents)'),
      centrePictures: z
        .enum(['none', 'half', 'mean'])
        .default('none')
        .describe(
          'move pixels, in [0, 1], by a half, or by the mean picture of the random steps (PPO: of the first rollout)',
        ),
      updatesPerStep: count.default(1).describe('updates each time that there are some'),
      trainEvery: count.default(1).describe('agent steps from updates to updates'),
      learningRate: z
        .strictObject({
          schedule: z.enum(['constant', 'linear', 'cosine']).default('constant'),
          final: z.number().min(0).max(1).default(0).describe('factor at the end, of linear and cosine'),
          warmUp: z.number().int().nonnegative().default(0).describe('agent steps from 0 to the full rate'),
          steps: count.optional().describe('agent steps to the end; those of the run when absent'),
        })
        .optional()
        .describe('a factor on all learning rates of an off-policy run; 1 when absent'),
      exploration: z
        .strictObject({
          initial: z.number().min(0).max(1).default(1),
          final: z.number().min(0).max(1).default(0.05),
          steps: count.default(10_000).describe('agent steps from initial to final'),
        })
        .optional()
        .describe("chance of a uniform random action in place of the policy's; none when absent"),
      collect: z
        .enum(['inline', 'worker'])
        .default('inline')
        .describe(
          'worker: the environment steps on a thread of its own while the agent updates; same numbers',
        ),
      logEvery: count.default(100).describe('agent steps between training metrics'),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      every: count.default(2000).describe('agent steps between evaluations'),
      episodes: count.default(10),
      record: z.number().int().nonnegative().default(1).describe('episodes recorded as GIF per evaluation'),
      compareWithRandom: z.boolean().default(false).describe('also evaluate a random policy at the end'),
    })
    .prefault({}),
  callbacks: z
    .array(z.union([z.string(), z.looseObject({ id: z.string() })]))
    .optional()
    .describe(
      'what happens beside training: stop-at-return, ./my-callback.ts and others, see docs/training.md',
    ),
  checkpoint: z
    .strictObject({ every: count.default(5000).describe('agent steps between checkpoints') })
    .prefault({}),
  engine: z
    .strictObject({
      name: z.enum(['auto', 'tensorflow', 'webgpu', 'native', 'wasm', 'cpu']).default('auto'),
      threads: count.optional().describe('threads of the CPU engines; all cores when absent'),
      profile: z
        .boolean()
        .default(false)
        .describe(
          'time the operations of updates; the table is printed at the end and saved as profile.json',
        ),
    })
    .prefault({}),
});

/** A validated experiment with all defaults filled in. */
export type Experiment = z.output<typeof experimentSchema>;
