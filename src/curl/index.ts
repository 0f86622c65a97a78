import { curl } from './curl.ts';
import { none } from './none.ts';
import { atc } from './objectives/atc.ts';
import { byol, mocoV3 } from './objectives/bootstrap.ts';
import { memoryBank } from './objectives/memory-bank.ts';
import { moco, mocoV2 } from './objectives/moco.ts';
import { barlow, vicreg } from './objectives/redundancy.ts';
import { simclr, simclrV2 } from './objectives/simclr.ts';
import { swav } from './objectives/swav.ts';

export { CollapseWatch, collapseOf } from './collapse.ts';
export { externalObjective, isObjectiveFile } from './external.ts';
export type { ExternalObjective, ObjectiveKit } from './external.ts';
export { ContrastiveLearner } from './learner.ts';
export type { EncoderEntry } from './learner.ts';
export type {
  LearnerOptions,
  Objective,
  ObjectiveContext,
  ObjectiveLoss,
  Samples,
  View,
} from './objective.ts';

/** Contrastive objectives by name: adding one is a file and a line here. */
export const encoders = {
  curl,
  simclr,
  'simclr-v2': simclrV2,
  moco,
  'moco-v2': mocoV2,
  'moco-v3': mocoV3,
  swav,
  'memory-bank': memoryBank,
  atc,
  byol,
  barlow,
  vicreg,
  none,
};
