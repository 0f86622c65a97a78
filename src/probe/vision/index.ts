export { readCifar10 } from './cifar.ts';
export { sliceImages } from './images.ts';
export type { LabelledImages } from './images.ts';
export { shapeImages } from './shapes.ts';
export { VisionStudy } from './study.ts';
export type { VisionOptions, VisionScore } from './study.ts';
