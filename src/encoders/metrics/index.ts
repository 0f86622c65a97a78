export { linearCka } from './cka.ts';
export { adjustedRandIndex, kMeans, normalisedMutualInformation } from './clusters.ts';
export type { Clustering } from './clusters.ts';
export { alignment, embeddingStd, uniformity } from './hypersphere.ts';
export { nearestRows, weightedKnn } from './knn.ts';
export type { KnnOptions, KnnResult } from './knn.ts';
export { rankMe } from './rank-me.ts';
export { singularValues } from './singular-values.ts';
export type { Matrix } from './singular-values.ts';
