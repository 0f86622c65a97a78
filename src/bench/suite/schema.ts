import { z } from 'zod';

const count = z.number().int().positive();
const id = z.string().regex(/^\w[\w.-]*$/);
/** The id of a registry entry, or a mapping of it with options. */
const part = z.union([z.string(), z.looseObject({ id: z.string() })]);
const overrides = z
  .record(z.string(), z.unknown())
  .default({})
  .describe('dotted keys of the experiment, such as augment.crop: 48; null takes the default');

const methodSchema = z.strictObject({
  id: id.describe('short name in tables and folders'),
  label: z.string().optional().describe('name for people; the id when absent'),
  preset: z
    .string()
    .optional()
    .describe('a method that comes with Curlew (curl, rad, drq, ...); what stands beside it wins'),
  agent: part.optional(),
  encoder: part.optional(),
  backbone: part.optional(),
  set: overrides,
});

const environmentSchema = z.strictObject({
  id: z.string().describe('environment, such as control/CartpoleSwingup-v0'),
  actionRepeat: count.default(1).describe('environment steps per agent step'),
  score: z
    .strictObject({
      random: z.number().default(0).describe('return that counts as 0'),
      reference: z.number().default(1000).describe('return that counts as 1'),
    })
    .refine(({ random, reference }) => reference !== random, 'needs a reference that differs from random')
    .prefault({}),
  set: overrides,
  methods: z.record(z.string(), overrides).default({}).describe('dotted keys for one method here, by its id'),
});

/** A suite: methods x environments x seeds. Its numbers of steps are environment steps. */
export const suiteSchema = z.strictObject({
  version: z.literal(1).default(1).describe('format version of this file'),
  name: id.describe('folder under runs/ and results/'),
  description: z.string().default(''),
  budget: count.describe('length of every run in environment steps'),
  seeds: z
    .union([count, z.array(z.number().int().nonnegative()).min(1)])
    .default(5)
    .describe('how many, from 1 on, or a list'),
  evaluation: z
    .strictObject({
      every: count.describe('environment steps between evaluations'),
      episodes: count.default(10),
      record: z.number().int().nonnegative().default(1).describe('episodes filmed per evaluation'),
    })
    .describe('the same for every method'),
  report: z
    .strictObject({
      at: z
        .array(count)
        .default([])
        .describe('environment steps whose scores are told beside the final ones'),
      threshold: z.number().default(0.5).describe('normalised score to reach, for steps to a threshold'),
    })
    .prefault({}),
  base: z.record(z.string(), z.unknown()).default({}).describe('experiment that all runs start from'),
  environments: z.array(environmentSchema).min(1),
  methods: z.array(methodSchema).min(1),
});

/** A validated suite with all defaults filled in. */
export type Suite = z.output<typeof suiteSchema>;
export type SuiteMethod = Suite['methods'][number];
export type SuiteEnvironment = Suite['environments'][number];

/** Name of a method for people. */
export const labelOf = ({ id, label }: Pick<SuiteMethod, 'id' | 'label'>): string => label ?? id;

/** The seeds of a suite as a list. */
export function seedsOf({ seeds }: Pick<Suite, 'seeds'>): number[] {
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
}
