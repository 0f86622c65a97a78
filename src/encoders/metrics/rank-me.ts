import { singularValues, type Matrix } from './singular-values.ts';

/**
 * RankMe (Garrido et al., arXiv 2210.02885, eq. 1): the exponential of the entropy of the singular values,
 * `exp(-sum p log p)`, `p = sigma / sum sigma + 1e-7`, of the embeddings as given, without centring. Between 1 and
 * the number of dimensions.
 */
export function rankMe(embeddings: Matrix, epsilon = 1e-7): number {
  const sigma = singularValues(embeddings);
  const total = sigma.reduce((sum, value) => sum + value, 0);
  const entropy = sigma.reduce((sum, value) => {
    const p = value / total + epsilon;
    return sum - p * Math.log(p);
  }, 0);
  return Math.exp(entropy);
}
