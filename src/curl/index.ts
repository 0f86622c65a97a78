import { curl } from './curl.ts';
import { none } from './none.ts';

export { ContrastiveLearner } from './learner.ts';
export type { EncoderEntry } from './learner.ts';
export type { LearnerOptions, Objective, ObjectiveContext, ObjectiveLoss, View } from './objective.ts';

/** Contrastive objectives by name: adding one is a file and a line here. */
export const encoders = { curl, none };
