import { join } from 'node:path';
import type { Json } from '../base/index.ts';
import { experimentOf, learningOf, type Experiment } from '../runs/index.ts';
import { Checkpoints } from './checkpoints.ts';

/** The checkpoints of a run folder: of one method with one seed. Its length may change, so that a run can be prolonged. */
export function checkpointsOf(folder: string, experiment: Experiment = experimentOf(folder)): Checkpoints {
  const { seed } = experiment;
  return new Checkpoints(join(folder, 'checkpoints'), { seed, ...learningOf(experiment) } as Json);
}
