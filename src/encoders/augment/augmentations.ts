import { z } from 'zod';
import type { Random } from '../../base/index.ts';
import { colorJitter, grayscale, solarize, type JitterStep } from './color.ts';
import { gaussianBlur } from './filters.ts';
import { crop, flip, shift } from './geometry.ts';
import { blank, type ByteImage } from './image.ts';
import { cutout } from './mixing.ts';
import { randAugment } from './rand-augment.ts';
import { randomBox, resizedCrop } from './resized-crop.ts';

/** An augmentation that experiments can name. Every frame of a stack gets the same parameters. */
export interface Augmentation<Options = unknown> {
  description: string;
  /** Its own options beside `p`, the chance that it is made at all. */
  options: z.ZodType<Options & { p: number }>;
  /** Draws the parameters from `random` and makes it; the given picture stays as it is. */
  apply(image: ByteImage, options: Options, random: Random): ByteImage;
}

const amount = z.number().min(0);
const pixels = z.number().int().positive();
const range = (low: number, high: number) => z.tuple([amount, amount]).default([low, high]);

/** An entry of the registry; `p` is how often it is made by default. */
function define<Shape extends z.ZodRawShape>(
  description: string,
  p: number,
  shape: Shape,
  apply: Augmentation<z.output<z.ZodObject<Shape>>>['apply'],
) {
  const chance = z.number().min(0).max(1).default(p).describe('chance that it is made at all');
  return { description, options: z.strictObject({ p: chance, ...shape }), apply };
}

interface JitterOptions {
  brightness: number;
  contrast: number;
  saturation: number;
  hue: number;
}

/** Steps of a colour jitter in random order with random strengths, as torchvision draws them. */
function drawJitter(options: JitterOptions, random: Random): JitterStep[] {
  const around = (spread: number) => random.uniform(Math.max(0, 1 - spread), 1 + spread);
  const steps: JitterStep[] = [
    { step: 'brightness', strength: around(options.brightness) },
    { step: 'contrast', strength: around(options.contrast) },
    { step: 'saturation', strength: around(options.saturation) },
    { step: 'hue', strength: random.uniform(-options.hue, options.hue) },
  ];
  for (let i = steps.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [steps[i], steps[j]] = [steps[j], steps[i]];
  }
  return steps;
}

/** Augmentations by name: adding one is a function and an entry here. */
export const augmentations = {
  crop: define(
    'a random part, smaller than the picture (in training, augment.crop does it)',
    1,
    { size: pixels.describe('side of the part') },
    (image, { size }, random) => {
      const { height, width } = image;
      const [top, left] = [random.integer(height - size + 1), random.integer(width - size + 1)];
      return crop(image, { top, left, height: size, width: size });
    },
  ),
  shift: define(
    'the picture moved by some pixels, its edges repeated (DrQ)',
    1,
    { pad: pixels.default(4).describe('most pixels in each direction') },
    (image, { pad }, random) => {
      const places = 2 * pad + 1;
      return shift(image, pad, random.integer(places), random.integer(places));
    },
  ),
  resizedCrop: define(
    'a random part, resized to the whole (SimCLR, MoCo, BYOL)',
    1,
    {
      area: range(0.08, 1).describe("smallest and largest part of the picture's area"),
      size: pixels.optional().describe('side of the result; that of the picture when absent'),
    },
    (image, { area, size }, random) => {
      const out = blank(image, { height: size ?? image.height, width: size ?? image.width });
      resizedCrop(image, randomBox(random, image, { area }), out, out.data);
      return out;
    },
  ),
  flip: define('left and right exchanged', 0.5, {}, (image) => flip(image)),
  colorJitter: define(
    'brightness, contrast, saturation and hue changed, in random order',
    0.8,
    {
      brightness: amount.default(0.4).describe('factor between 1 - this and 1 + this; so the next two'),
      contrast: amount.default(0.4),
      saturation: amount.default(0.4),
      hue: amount.max(0.5).default(0.1).describe('largest turn, as a fraction of the circle of colours'),
    },
    (image, options, random) => colorJitter(image, drawJitter(options, random)),
  ),
  grayscale: define('shades of grey', 0.2, {}, (image) => grayscale(image)),
  blur: define(
    'Gaussian blur',
    0.5,
    { sigma: range(0.1, 2).describe('smallest and largest width in pixels') },
    (image, { sigma }, random) => {
      // A tenth of the picture, made odd (SimCLR).
      const kernel = 2 * Math.floor(Math.floor(image.height / 10) / 2) + 1;
      return gaussianBlur(image, Math.max(3, kernel), random.uniform(sigma[0], sigma[1]));
    },
  ),
  solarize: define(
    'bytes inverted from a threshold on',
    0.2,
    { threshold: amount.default(128) },
    (image, { threshold }) => solarize(image, threshold),
  ),
  cutout: define(
    'a box filled with one value',
    1,
    {
      side: range(0.1, 0.3).describe("smallest and largest part of the picture's sides"),
      fill: z.number().int().min(0).max(255).default(0),
    },
    (image, { side, fill }, random) => {
      const length = (size: number) => Math.round(size * random.uniform(side[0], side[1]));
      const [height, width] = [length(image.height), length(image.width)];
      const top = random.integer(image.height - height + 1);
      const left = random.integer(image.width - width + 1);
      return cutout(image, { top, left, height, width }, fill);
    },
  ),
  randAugment: define(
    'some of fourteen operations, all of one magnitude (RandAugment)',
    1,
    {
      count: pixels.default(2).describe('operations'),
      bin: z.number().int().min(0).max(30).default(9).describe('magnitude, of 30'),
    },
    (image, options, random) => randAugment(image, random, options),
  ),
};

export type AugmentationName = keyof typeof augmentations;
