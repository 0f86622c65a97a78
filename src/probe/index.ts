export { embed, rawPixels } from './features.ts';
export { collectFrames } from './frames.ts';
export type { Frames } from './frames.ts';
export { rSquared, ridge } from './ridge.ts';
export { splitByEpisode } from './split.ts';
export { Study } from './study.ts';
export type { LinearScore } from './study.ts';
export { stateNames, targetMatrix, variablesOf } from './variables.ts';
