import { z } from 'zod';
import { defineCallback, type Callback, type Request } from './callback.ts';

const steps = z.array(z.number().int().positive()).min(1);

/** Asks for something when these agent steps are reached, each once. */
function atSteps(at: readonly number[], request: Request): Callback {
  let passed = 0;
  return {
    onStep: ({ agentStep }) => {
      const due = at.some((step) => step > passed && step <= agentStep);
      passed = agentStep;
      return due ? request : undefined;
    },
    state: () => passed,
    restore: (state) => {
      passed = state as number;
    },
  };
}

/** Checkpoints at moments of one's own choosing. */
export const checkpointAt = defineCallback({
  description: 'a checkpoint at given agent steps, beside the regular ones',
  options: z.strictObject({ at: steps.describe('agent steps') }),
  create: ({ at }) => atSteps(at, { save: true }),
});

/** Evaluations at moments of one's own choosing. */
export const evaluationAt = defineCallback({
  description: 'an evaluation at given agent steps, beside the regular ones',
  options: z.strictObject({ at: steps.describe('agent steps') }),
  create: ({ at }) => atSteps(at, { evaluate: true }),
});
