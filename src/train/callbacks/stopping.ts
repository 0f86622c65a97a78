import { z } from 'zod';
import { defineCallback, type Callback } from './callback.ts';

const count = z.number().int().positive();

/** Ends a run that is good enough. */
export const stopAtReturn = defineCallback({
  description: 'ends the run once a mean return is reached',
  options: z.strictObject({
    return: z.number().describe('mean return to reach'),
    of: z.enum(['evaluation', 'training']).default('evaluation').describe('whose episodes count'),
    episodes: count.default(10).describe('newest training episodes in the mean; evaluations have their own'),
  }),
  create: ({ return: wanted, of, episodes }): Callback => {
    const reached = (mean: number) =>
      mean >= wanted
        ? { stop: `the mean return of ${of} reached ${wanted} (${mean.toFixed(1)})` }
        : undefined;
    if (of === 'evaluation') return { onEvaluation: (_, { mean }) => reached(mean) };
    let newest: number[] = [];
    return {
      onEpisode: (_, episode) => {
        newest = [...newest, episode.return].slice(-episodes);
        if (newest.length < episodes) return;
        return reached(newest.reduce((sum, value) => sum + value, 0) / episodes);
      },
      state: () => newest,
      restore: (state) => {
        newest = state as number[];
      },
    };
  },
});

/** Ends a run that has stopped learning. */
export const stopOnNoImprovement = defineCallback({
  description: 'ends the run after some evaluations without a better one',
  options: z.strictObject({
    evaluations: count.default(10).describe('evaluations in a row that are no better than the best before'),
    margin: z.number().nonnegative().default(0).describe('by how much a return must be better to count'),
    after: z.number().int().nonnegative().default(0).describe('agent steps before the first one counts'),
  }),
  create: ({ evaluations, margin, after }): Callback => {
    let best: number | null = null;
    let since = 0;
    return {
      onEvaluation: ({ agentStep }, { mean }) => {
        if (agentStep < after) return;
        if (best === null || mean > best + margin) {
          best = mean;
          since = 0;
        } else since++;
        if (since >= evaluations) {
          return {
            stop: `${evaluations} evaluations in a row brought no improvement over ${best.toFixed(1)}`,
          };
        }
      },
      state: () => ({ best, since }),
      restore: (state) => ({ best, since } = state as { best: number | null; since: number }),
    };
  },
});
