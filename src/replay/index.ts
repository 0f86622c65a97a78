export { nStepReturns } from './n-step.ts';
export type { NStepReturns } from './n-step.ts';
export { ReplayBuffer } from './buffer.ts';
export type { Indices, Transition } from './buffer.ts';
export type { ReplayOptions } from './contents.ts';
export { centerCrop, centerOffsets, randomCrop } from './crop.ts';
export type { Crop } from './crop.ts';
export type { ReplayManifest } from './store.ts';
