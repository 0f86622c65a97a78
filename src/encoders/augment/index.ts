export type { CropBox, ByteImage } from './image.ts';
export { randomBox, resizedCrop } from './resized-crop.ts';
export type { BoxOptions } from './resized-crop.ts';
