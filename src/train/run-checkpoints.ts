import { join } from 'node:path';
import { experimentHash, experimentOf, type Experiment } from '../runs/index.ts';
import { Checkpoints } from './checkpoints.ts';

/** What a checkpoint belongs to: one method with one seed. Its length may change, so that a run can be prolonged. */
export function experimentKey(experiment: Experiment): string {
  return `s${experiment.seed}-${experimentHash(experiment)}`;
}

/** The checkpoints of a run folder. */
export function checkpointsOf(folder: string, experiment: Experiment = experimentOf(folder)): Checkpoints {
  return new Checkpoints(join(folder, 'checkpoints'), experimentKey(experiment));
}
