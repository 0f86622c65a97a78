import { z } from 'zod';
import { Random } from '../../base/index.ts';
import { ProjectionHead, barlowTwins, headLayers, vicreg as vicregLoss } from '../../encoders/index.ts';
import { ContrastiveLearner, defineEncoder } from '../learner.ts';
import type { ObjectiveContext } from '../objective.ts';
import { withPresets } from '../presets.ts';
import { headOptions } from './head-options.ts';
import { PAPER_VIEWS } from './recipes.ts';
import { Siamese, type Compare } from './siamese.ts';

const weight = z.number().nonnegative();

const barlowOptions = headOptions.extend({
  lambda: weight.default(0.0051).describe('weight of the correlations between dimensions'),
});
const vicregOptions = headOptions.extend({
  invariance: weight.default(25).describe("weight of the views' squared difference"),
  variance: weight.default(25).describe('weight of the hinge on standard deviations'),
  covariance: weight.default(1).describe('weight of the covariances between dimensions'),
});

/** Both have an expander of three layers; the paper's is 8192 wide and has batch norms. */
const PAPER = { hidden: 8192, size: 8192, norm: 'batch' } as const;

function learner(
  context: ObjectiveContext<z.output<typeof headOptions>>,
  id: string,
  compare: Compare,
): ContrastiveLearner {
  const { encoder, options, seed } = context;
  const { hidden, size, norm, splits } = options;
  const random = Random.stream(seed, id, 'weights');
  const layers = headLayers([hidden, hidden], size, norm);
  const projection = new ProjectionHead(encoder.head.size, layers, random, splits);
  return new ContrastiveLearner(new Siamese(encoder, projection, compare), options, encoder);
}

/** Registry entry of Barlow Twins (Zbontar et al., arXiv 2103.03230). */
export const barlow = defineEncoder({
  paperViews: PAPER_VIEWS.barlow,
  description: "the views' cross-correlation is drawn to the identity, no negatives (Barlow Twins)",
  options: withPresets(barlowOptions, PAPER),
  create: (context) =>
    learner(context, 'barlow', (a, b) => {
      const { loss, onDiagonal, offDiagonal } = barlowTwins(a, b, context.options.lambda);
      return { loss, metrics: { 'barlow.diagonal': onDiagonal, 'barlow.others': offDiagonal } };
    }),
});

/** Registry entry of VICReg (Bardes et al., arXiv 2105.04906). */
export const vicreg = defineEncoder({
  paperViews: PAPER_VIEWS.vicreg,
  description: 'views alike, every dimension spread, dimensions uncorrelated, no negatives (VICReg)',
  options: withPresets(vicregOptions, PAPER),
  create: (context) =>
    learner(context, 'vicreg', (a, b) => {
      const { loss, invariance, variance, covariance } = vicregLoss(a, b, context.options);
      const metrics = {
        'vicreg.invariance': invariance,
        'vicreg.variance': variance,
        'vicreg.covariance': covariance,
      };
      return { loss, metrics };
    }),
});
