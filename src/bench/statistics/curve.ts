/** A run's evaluations in the order of their steps. */
export interface Curve {
  /** Environment steps, ascending. */
  steps: readonly number[];
  scores: readonly number[];
}

/** Area under the curve by the trapezoid rule, in score times steps. */
export function area({ steps, scores }: Curve): number {
  let sum = 0;
  for (let i = 1; i < steps.length; i++) sum += ((scores[i] + scores[i - 1]) / 2) * (steps[i] - steps[i - 1]);
  return sum;
}

/** Area divided by the steps it covers: the mean height of the curve; NaN where it covers none. */
export function normalisedArea(curve: Curve): number {
  const { steps } = curve;
  return steps.length < 2 ? NaN : area(curve) / (steps[steps.length - 1] - steps[0]);
}

/** First recorded step with a score of at least `threshold`; null where it is never reached. */
export function firstStepAt({ steps, scores }: Curve, threshold: number): number | null {
  const at = scores.findIndex((score) => score >= threshold);
  return at < 0 ? null : steps[at];
}

/** Where the straight lines between evaluations first reach `threshold`; null where they never do. */
export function stepsToThreshold({ steps, scores }: Curve, threshold: number): number | null {
  const at = scores.findIndex((score) => score >= threshold);
  if (at < 0) return null;
  if (at === 0) return steps[0];
  const share = (threshold - scores[at - 1]) / (scores[at] - scores[at - 1]);
  return steps[at - 1] + share * (steps[at] - steps[at - 1]);
}

/** Score at a step, linear between evaluations; null before the first and after the last. */
export function scoreAt({ steps, scores }: Curve, step: number): number | null {
  const at = steps.findIndex((known) => known >= step);
  if (at < 0) return null;
  if (steps[at] === step) return scores[at];
  if (at === 0) return null;
  const share = (step - steps[at - 1]) / (steps[at] - steps[at - 1]);
  return scores[at - 1] + share * (scores[at] - scores[at - 1]);
}
