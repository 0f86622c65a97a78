/** Spread below which embeddings count as one point; evenly spread ones have 1. */
const SPREAD = 0.02;
/** Smallest difference between the similarities of pairs that belong together and of those that do not. */
const MARGIN = 0.02;
/** Accuracy from which an objective tells its samples apart, however close their embeddings lie. */
const ACCURACY = 0.5;
/** Share of the largest entropy below which nearly all samples go to a few prototypes. */
const ENTROPY = 0.5;
/** Lines of metrics in succession that must look collapsed. */
const LINES = 5;

type Values = Record<string, number | undefined>;

/** What is wrong with an encoder by what its objective logged, and what to try; null while it looks well. */
export function collapseOf(values: Values): string | null {
  const entropy = values['prototypes.entropy'];
  if (entropy !== undefined && entropy < ENTROPY) {
    return (
      `a few prototypes take all samples (prototypes.entropy ${entropy.toPrecision(2)}, 1 is even): ` +
      'try encoder.epsilon=0.03, a longer encoder.freeze, fewer encoder.prototypes or an encoder.queue'
    );
  }
  const spread = values['embedding.spread'];
  if (spread === undefined || spread >= SPREAD) return null;
  const [positive, negative] = [values['similarity.positive'], values['similarity.negative']];
  if (positive !== undefined && negative !== undefined && positive - negative >= MARGIN) return null;
  if ((values['contrastive.accuracy'] ?? 0) >= ACCURACY) return null;
  return (
    `the encoder has collapsed: all observations get nearly one embedding (embedding.spread ${spread.toPrecision(2)}, ` +
    '1 is spread out): try encoder.norm=batch, a lower encoder.learningRate, a larger train.batchSize or stronger augment.views'
  );
}

/** Follows what an objective logs, and speaks up once when its encoder stays collapsed. */
export class CollapseWatch {
  #lines = 0;
  #spoken = false;

  /** @param values one line of training metrics; @returns a warning in one line, at most once */
  see(values: Values): string | null {
    if (this.#spoken) return null;
    const problem = collapseOf(values);
    this.#lines = problem === null ? 0 : this.#lines + 1;
    if (problem === null || this.#lines < LINES) return null;
    this.#spoken = true;
    return `warning: ${problem}; see docs/encoders.md.`;
  }
}
