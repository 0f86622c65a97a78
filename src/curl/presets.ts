import { z } from 'zod';

/**
 * Options with named sets of defaults: the schema's own defaults are the preset `rl`; `preset: paper` puts the
 * paper's values in place of them. What is given beside a preset wins.
 */
export function withPresets<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  paper: Partial<z.input<z.ZodObject<Shape>>>,
) {
  const options = schema.extend({
    preset: z.enum(['rl', 'paper']).default('rl').describe("which defaults: ours for RL, or the paper's"),
  });
  return z.preprocess((given) => {
    const chosen = given as { preset?: string } | undefined;
    return chosen?.preset === 'paper' ? { ...paper, ...chosen } : given;
  }, options);
}
