import { PCA } from 'ml-pca';
import { UMAP } from 'umap-js';
import { Random } from '../base/index.ts';
import type { Matrix } from '../encoders/index.ts';

/** Points of a map, `[x, y]` each, within 0 to 1; y grows upwards. */
export type MapPoints = [x: number, y: number][];

const rowsAsArrays = ({ rows, columns, data }: Matrix) =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => data[r * columns + c]));

/** Stretches points to the unit square, each axis by itself. */
function unit(points: number[][]): MapPoints {
  const range = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis] ?? 0);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (point: number[]) => (high > low ? ((point[axis] ?? 0) - low) / (high - low) : 0.5);
  };
  const [x, y] = [range(0), range(1)];
  return points.map((point) => [x(point), y(point)]);
}

/** The first two principal components of some embeddings, and the share of the variance that each explains. */
export function pcaMap(embeddings: Matrix): { points: MapPoints; explained: number[] } {
  const rows = rowsAsArrays(embeddings);
  const pca = new PCA(rows);
  const projected = pca.predict(rows, { nComponents: 2 }).to2DArray();
  return { points: unit(projected), explained: pca.getExplainedVariance().slice(0, 2) };
}

/**
 * A map that keeps neighbours together (McInnes et al., arXiv 1802.03426), by umap-js with 15 neighbours; the same
 * seed gives the same map.
 */
export function umapMap(embeddings: Matrix, seed: number): MapPoints {
  const random = Random.stream(seed, 'probe', 'umap');
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(15, embeddings.rows - 1),
    minDist: 0.1,
    random: () => random.uniform(),
  });
  return unit(umap.fit(rowsAsArrays(embeddings)));
}
