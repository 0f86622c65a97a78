import type { Experiment } from '../runs/index.ts';
import { build } from './build.ts';
import { buildOnPolicy, isOnPolicy } from './build-on-policy.ts';
import { buildPretraining } from './pretrain-build.ts';
import type { OnPolicyParts, Parts } from './types.ts';

/** Builds the parts of a run, whichever way its agent learns. @throws InputError in one line */
export function buildParts(experiment: Experiment): Promise<Parts | OnPolicyParts> {
  if (experiment.pretrain) return buildPretraining(experiment);
  return isOnPolicy(experiment) ? buildOnPolicy(experiment) : build(experiment);
}
