import { portable, type Random } from '../../base/index.ts';

/** A gamma-distributed number of this shape (Marsaglia & Tsang 2000), shapes below 1 by boosting one above. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) {
    const boost = portable.exp(portable.log(1 - random.uniform()) / shape);
    return gamma(random, shape + 1) * boost;
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    // 1 - u is never 0, which has no logarithm.
    if (v > 0 && portable.log(1 - random.uniform()) < 0.5 * x * x + d * (1 - v + portable.log(v)))
      return d * v;
  }
}

/** A number of the symmetric Beta(alpha, alpha) distribution, in [0, 1]: 1 is uniform, larger ones stay near a half. */
export function symmetricBeta(random: Random, alpha: number): number {
  if (alpha === 1) return random.uniform();
  const [a, b] = [gamma(random, alpha), gamma(random, alpha)];
  // Both can be too small for a float where alpha is tiny: then all of it is on one side.
  return a + b > 0 ? a / (a + b) : random.integer(2);
}
