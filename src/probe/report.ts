import type { FactScore } from './facts.ts';
import type { Retrieval } from './retrieval.ts';

/** Everything measured on one representation of the frames. */
export interface RepresentationReport {
  name: string;
  /** Numbers in one embedding. */
  dimensions: number;
  /** R^2 on unseen episodes by variable, and its mean. */
  linear: { mean: number; r2: Record<string, number> };
  mlp: { mean: number; r2: Record<string, number> } | null;
  facts: FactScore[];
  retrieval: Omit<Retrieval, 'examples'>;
  /** k-means clusters against as many clusters of the true state. */
  clusters: { k: number; nmi: number; ari: number };
  /** Mean squared distance at unit length between two crops of an observation; null for pixels. */
  alignment: number | null;
  uniformity: number;
  /** Mean standard deviation at unit length: about 1 / sqrt(D) when spread out, 0 when collapsed. */
  embeddingStd: number;
  /** Null for pixels. */
  rankMe: number | null;
}

/** What `probe.json` in a run's folder holds. */
export interface ProbeReport {
  version: 1;
  run: string;
  env: string;
  /** Agent steps of the run, or updates of a pretraining. */
  step: number;
  seed: number;
  frames: number;
  episodes: number;
  /** Who acted while the frames were collected. */
  policy: 'random' | 'agent';
  /** Variables that never changed in these frames, and so were left out. */
  constant: string[];
  /** The trained encoder first, then random weights, then raw pixels. */
  representations: RepresentationReport[];
  /** Linear CKA of the trained encoder with others, 1 where they are the same up to rotation and scale. */
  cka: Record<string, number>;
  /** Shares of the variance that the map's two principal components explain. */
  explained: number[];
}
