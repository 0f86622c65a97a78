import { nearestRows, type Matrix } from '../encoders/index.ts';
import { rowsOf, scalingOf, standardise } from './matrix.ts';
import type { Split } from './split.ts';

/** Share of the bank that counts as near in true state: what chance finds. */
const NEAR = 0.05;
const QUERIES = 300;

export interface Retrieval {
  /** Share of a query's k neighbours that are among the 5 % nearest in true state, for k = 1, 5, 10. */
  precision: Record<'1' | '5' | '10', number>;
  /** The same for neighbours drawn at random. */
  chance: number;
  /** Some queries with their neighbours, rows of the frames, nearest first. */
  examples: { query: number; neighbours: number[] }[];
}

/**
 * Retrieval of frames by the cosine of their embeddings: queries from the test episodes, answers from all others.
 * @param features `[N, D]` and @param states `[N, S]` over all rows
 */
export function retrieval(features: Matrix, states: Matrix, split: Split, examples = 8): Retrieval {
  const bank = [...split.train, ...split.validation];
  const every = Math.max(1, Math.floor(split.test.length / QUERIES));
  const queries = split.test.filter((_, i) => i % every === 0).slice(0, QUERIES);
  const found = nearestRows(rowsOf(features, bank), rowsOf(features, queries), 10);
  const scaled = standardise(states, scalingOf(rowsOf(states, bank)));
  const near = Math.max(10, Math.round(NEAR * bank.length));
  const hits = { '1': 0, '5': 0, '10': 0 };
  const width = scaled.columns;
  queries.forEach((query, q) => {
    const distances = bank.map((row) => {
      let sum = 0;
      for (let c = 0; c < width; c++)
        sum += (scaled.data[row * width + c] - scaled.data[query * width + c]) ** 2;
      return sum;
    });
    const limit = Float64Array.from(distances).sort()[near - 1];
    for (const k of ['1', '5', '10'] as const) {
      const good = found[q].slice(0, Number(k)).filter(({ row }) => distances[row] <= limit);
      hits[k] += good.length / Number(k) / queries.length;
    }
  });
  const step = Math.max(1, Math.floor(queries.length / examples));
  const shown = queries.flatMap((query, q) =>
    q % step === 0 ? [{ query, neighbours: found[q].map(({ row }) => bank[row]) }] : [],
  );
  return { precision: hits, chance: near / bank.length, examples: shown.slice(0, examples) };
}
