export {
  brightness,
  colorJitter,
  contrast,
  grayscale,
  hue,
  posterize,
  saturation,
  solarize,
} from './color.ts';
export type { JitterStep } from './color.ts';
export { gaussianBlur, sharpness } from './filters.ts';
export { centreBox, crop, flip, placeOnCanvas, rotate, shear, shift, translate } from './geometry.ts';
export { autoContrast, equalize } from './histogram.ts';
export type { ByteImage, CropBox } from './image.ts';
export { drawMix } from './batch-mix.ts';
export type { BatchMix, MixOptions } from './batch-mix.ts';
export { symmetricBeta } from './beta.ts';
export { cutmix, cutmixBox, cutout, mixup } from './mixing.ts';
export { randAugment, randAugmentMagnitude, randAugmentOperations } from './rand-augment.ts';
export type { RandAugmentName } from './rand-augment.ts';
export { randomBox, resizedCrop } from './resized-crop.ts';
export type { BoxOptions } from './resized-crop.ts';
export { augmentations } from './augmentations.ts';
export type { Augmentation, AugmentationName } from './augmentations.ts';
export { augment, augmentSteps } from './pipeline.ts';
export type { AugmentStep, GivenStep } from './pipeline.ts';
export { Augmenter } from './augmenter.ts';
export type { AugmentRecipe } from './augmenter.ts';
