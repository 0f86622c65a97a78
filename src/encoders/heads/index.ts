export { BatchNorm } from './batch-norm.ts';
export { ProjectionHead, headLayers } from './projection.ts';
export type { HeadLayer, HeadNorm } from './projection.ts';
