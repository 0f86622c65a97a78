import { conv } from './backbones/conv.ts';
import { impala } from './backbones/impala.ts';
import { mlp } from './backbones/mlp.ts';
import { nature } from './backbones/nature.ts';

export { ImpalaSequence, ResidualBlock } from './backbones/impala.ts';
export { PictureCentre, centredBackbone } from './centre.ts';
export type { Centring } from './centre.ts';
export { PixelEncoder, newEncoder } from './encoder.ts';
export type { Backbone, Head, ImageShape, Trunk } from './encoder.ts';
export * from './augment/index.ts';
export * from './heads/index.ts';
export * from './losses/index.ts';
export * from './metrics/index.ts';
export * from './state/index.ts';

/** Networks of observations by name: adding one is a file and a line here. */
export const backbones = { conv, nature, impala, mlp };
