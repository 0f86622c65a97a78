import { Random } from '../base/index.ts';
import {
  adjustedRandIndex,
  alignment,
  embeddingStd,
  kMeans,
  normalisedMutualInformation,
  rankMe,
  uniformity,
  type Matrix,
} from '../encoders/index.ts';
import { tf } from '../engine/index.ts';
import { probeFact } from './facts.ts';
import { rowsOf, scalingOf, standardise, type DenseMatrix } from './matrix.ts';
import { mlpProbe } from './mlp.ts';
import type { RepresentationReport } from './report.ts';
import { retrieval, type Retrieval } from './retrieval.ts';
import { rSquared, ridge } from './ridge.ts';
import type { Split } from './split.ts';
import { targetMatrix, type Variables } from './variables.ts';

const CLUSTERS = 10;
/** Rows that clusters, uniformity and rank are measured on; they grow with the square of it. */
const SAMPLE = 1000;

export interface Measured {
  states: DenseMatrix;
  variables: Variables;
  split: Split;
  seed: number;
}

function named(names: readonly string[], values: number[]): { mean: number; r2: Record<string, number> } {
  const known = values.filter(Number.isFinite);
  return {
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    r2: Object.fromEntries(names.map((name, i) => [name, values[i]])),
  };
}

const tensorOf = ({ rows, columns, data }: Matrix) => tf.tensor2d(Float32Array.from(data), [rows, columns]);

/** A number made of tensors, which are let go of. */
const scalar = (make: () => tf.Scalar): number => {
  const value = tf.tidy(make);
  const [number] = value.dataSync();
  value.dispose();
  return number;
};

/** Embeddings wider than this, such as raw pixels, get no rank: its time grows with the square of the width. */
const MOST_RANK = 256;

/** Every `n`-th row such that at most `most` are left. */
export function sampleRows(rows: number, most = SAMPLE): number[] {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/**
 * All measurements of one representation.
 * @param features `[N, D]`, @param pair a second view of the first rows, for alignment
 */
export function measureRepresentation(
  name: string,
  features: DenseMatrix,
  { states, variables, split, seed }: Measured,
  { pair, mlp }: { pair: { a: Matrix; b: Matrix } | null; mlp: boolean },
): { report: RepresentationReport; examples: Retrieval['examples'] } {
  const names = variables.targets.map((target) => target.name);
  const targets = targetMatrix(variables.targets, features.rows);
  const truth = rowsOf(targets, split.test);
  const linear =
    names.length > 0
      ? named(names, rSquared(ridge(features, targets, split).predicted, truth))
      : named([], []);
  const small =
    mlp && names.length > 0 ? named(names, rSquared(mlpProbe(features, targets, split, seed), truth)) : null;

  const sample = sampleRows(features.rows);
  const seen = rowsOf(features, sample);
  const scaled = (matrix: DenseMatrix) => standardise(matrix, scalingOf(matrix));
  const k = Math.min(CLUSTERS, sample.length);
  const cluster = (matrix: DenseMatrix, what: string) =>
    kMeans(matrix, k, Random.stream(seed, 'probe', 'k-means', what)).labels;
  const found = cluster(scaled(seen), 'features');
  const real = cluster(scaled(rowsOf(states, sample)), 'states');
  const { examples, ...precision } = retrieval(features, states, split);
  return {
    examples,
    report: {
      name,
      dimensions: features.columns,
      linear,
      mlp: small,
      facts: variables.facts.map((fact) => probeFact(features, fact, split)),
      retrieval: precision,
      clusters: {
        k,
        nmi: normalisedMutualInformation(found, real),
        ari: adjustedRandIndex(found, real),
      },
      alignment: pair && scalar(() => alignment(tensorOf(pair.a), tensorOf(pair.b))),
      uniformity: scalar(() => uniformity(tensorOf(seen))),
      embeddingStd: scalar(() => embeddingStd(tensorOf(seen))),
      rankMe: features.columns <= MOST_RANK ? rankMe(seen) : null,
    },
  };
}
