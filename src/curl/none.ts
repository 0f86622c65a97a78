import { z } from 'zod';
import { defineEncoder } from './learner.ts';

/** Registry entry of the control without a contrastive objective: the agent's own losses train the encoder alone. */
export const none = defineEncoder({
  description: "no objective: the agent's own losses train the encoder (with a crop: RAD)",
  options: z.strictObject({}),
  create: () => null,
});
