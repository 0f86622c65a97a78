import type { MapPoints } from '../map.ts';

/** A quantity that colours the points of a map, one value an observation. */
export interface LookVariable {
  name: string;
  values: Float64Array;
}

/** What an encoder makes of some observations, for a screen. Rows are observations in the order they were seen. */
export interface EncoderLook {
  /** Agent steps of the checkpoint; updates of a pretraining. */
  agentStep: number;
  policy: 'agent' | 'random';
  rows: number;
  /** Numbers in an embedding. */
  dimensions: number;
  /** Of each picture. */
  width: number;
  height: number;
  /** Newest frame of each observation as RGB. */
  pictures: Uint8Array[];
  /** Episode of each observation, and its agent step within it. */
  episodes: Int32Array;
  steps: Int32Array;
  variables: LookVariable[];
  pca: MapPoints;
  /** Share of the variance that each principal component explains. */
  explained: number[];
  /** The nearest observations of other episodes by the cosine of their embeddings, nearest first. */
  neighbours: { row: number; similarity: number }[][];
  /** Remarks for people, such as a damaged checkpoint that was passed over. */
  notes: string[];
}

/** A picture of what the encoder is fed. */
export interface LookView {
  title: string;
  /** How it was made, in words. */
  made: string[];
  width: number;
  height: number;
  /** RGB, oldest frame first. */
  frames: Uint8Array[];
}

/** What the looking process is asked for. */
export type LookRequest =
  { type: 'umap' } | { type: 'views'; row: number } | { type: 'again'; policy: 'agent' | 'random' };

/** What the looking process tells. */
export type LookAnswer =
  | { type: 'progress'; text: string }
  | { type: 'look'; look: EncoderLook }
  | { type: 'umap'; points: MapPoints }
  | { type: 'views'; row: number; views: LookView[] }
  | { type: 'failed'; message: string };
