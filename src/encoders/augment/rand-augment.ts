import type { Random } from '../../base/index.ts';
import { brightness, contrast, posterize, saturation, solarize } from './color.ts';
import { sharpness } from './filters.ts';
import { rotate, shear, translate } from './geometry.ts';
import { autoContrast, equalize } from './histogram.ts';
import type { ByteImage } from './image.ts';

type Operation = (image: ByteImage, magnitude: number) => ByteImage;

/** RandAugment's fourteen operations at a signed magnitude (Cubuk et al., arXiv 1909.13719, as torchvision has them). */
export const randAugmentOperations = {
  Identity: (image) => image,
  ShearX: (image, m) => shear(image, m, 0),
  ShearY: (image, m) => shear(image, 0, m),
  TranslateX: (image, m) => translate(image, 0, Math.trunc(m)),
  TranslateY: (image, m) => translate(image, Math.trunc(m), 0),
  Rotate: rotate,
  Brightness: (image, m) => brightness(image, 1 + m),
  Color: (image, m) => saturation(image, 1 + m),
  Contrast: (image, m) => contrast(image, 1 + m),
  Sharpness: (image, m) => sharpness(image, 1 + m),
  Posterize: posterize,
  Solarize: solarize,
  AutoContrast: autoContrast,
  Equalize: equalize,
} satisfies Record<string, Operation>;

export type RandAugmentName = keyof typeof randAugmentOperations;

const BINS = 31;

/** Magnitudes of the operations that have one: largest value and whether the sign is drawn. */
function scale(name: RandAugmentName, { height, width }: { height: number; width: number }) {
  switch (name) {
    case 'ShearX':
    case 'ShearY':
      return 0.3;
    case 'TranslateX':
      return (150 / 331) * width;
    case 'TranslateY':
      return (150 / 331) * height;
    case 'Rotate':
      return 30;
    case 'Brightness':
    case 'Color':
    case 'Contrast':
    case 'Sharpness':
      return 0.9;
    default:
      return null;
  }
}

/** Magnitude of a bin 0 to 30 before its sign, and whether it has one. */
export function randAugmentMagnitude(
  name: RandAugmentName,
  bin: number,
  size: { height: number; width: number },
): { magnitude: number; signed: boolean } {
  const share = bin / (BINS - 1);
  const largest = scale(name, size);
  if (largest !== null) return { magnitude: largest * share, signed: true };
  if (name === 'Posterize') return { magnitude: 8 - Math.round(4 * share), signed: false };
  return { magnitude: name === 'Solarize' ? 255 * (1 - share) : 0, signed: false };
}

/** `count` operations, uniform with replacement, all at the magnitude of `bin` with random signs. */
export function randAugment(
  image: ByteImage,
  random: Random,
  { count = 2, bin = 9 }: { count?: number; bin?: number } = {},
): ByteImage {
  const names = Object.keys(randAugmentOperations) as RandAugmentName[];
  let current = image;
  for (let i = 0; i < count; i++) {
    const name = names[random.integer(names.length)];
    const { magnitude, signed } = randAugmentMagnitude(name, bin, image);
    const negative = signed && random.integer(2) === 1;
    current = (randAugmentOperations[name] as Operation)(current, negative ? -magnitude : magnitude);
  }
  return current;
}
