import { z } from 'zod';
import type { Random } from '../../base/index.ts';
import { colorJitter, grayscale, solarize, type JitterStep } from './color.ts';
import { gaussianBlur } from './filters.ts';
import { crop, flip, shift } from './geometry.ts';
import { blank, type ByteImage } from './image.ts';
import { cutout } from './mixing.ts';
import { randAugment } from './rand-augment.ts';
import { randomBox, resizedCrop } from './resized-crop.ts';

const probability = z.number().min(0).max(1).default(1).describe('chance that the step is made at all');
const amount = z.number().min(0);
const pixels = z.number().int().positive();
const range = (low: number, high: number) => z.tuple([amount, amount]).default([low, high]);

/** One step of an augmentation, as an experiment may write it. */
export const augmentStep = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('crop'), p: probability, size: pixels }),
  z.strictObject({ op: z.literal('shift'), p: probability, pad: pixels.default(4) }),
  z.strictObject({
    op: z.literal('resizedCrop'),
    p: probability,
    area: range(0.08, 1).describe("smallest and largest part of the picture's area"),
    size: pixels.optional().describe('side of the result; that of the picture when absent'),
  }),
  z.strictObject({ op: z.literal('flip'), p: probability.default(0.5) }),
  z.strictObject({
    op: z.literal('colorJitter'),
    p: probability.default(0.8),
    brightness: amount.default(0.4),
    contrast: amount.default(0.4),
    saturation: amount.default(0.4),
    hue: amount.max(0.5).default(0.1),
  }),
  z.strictObject({ op: z.literal('grayscale'), p: probability.default(0.2) }),
  z.strictObject({ op: z.literal('blur'), p: probability.default(0.5), sigma: range(0.1, 2) }),
  z.strictObject({ op: z.literal('solarize'), p: probability.default(0.2), threshold: amount.default(128) }),
  z.strictObject({
    op: z.literal('cutout'),
    p: probability,
    side: range(0.1, 0.3).describe("smallest and largest part of the picture's sides"),
    fill: z.number().int().min(0).max(255).default(0),
  }),
  z.strictObject({
    op: z.literal('randAugment'),
    p: probability,
    count: pixels.default(2),
    bin: z.number().int().min(0).max(30).default(9).describe('magnitude, of 30'),
  }),
]);

export type AugmentStep = z.output<typeof augmentStep>;

/** Steps of a colour jitter in random order with random strengths, as torchvision draws them. */
function drawJitter(step: Extract<AugmentStep, { op: 'colorJitter' }>, random: Random): JitterStep[] {
  const around = (spread: number) => random.uniform(Math.max(0, 1 - spread), 1 + spread);
  const steps: JitterStep[] = [
    { step: 'brightness', strength: around(step.brightness) },
    { step: 'contrast', strength: around(step.contrast) },
    { step: 'saturation', strength: around(step.saturation) },
    { step: 'hue', strength: random.uniform(-step.hue, step.hue) },
  ];
  for (let i = steps.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [steps[i], steps[j]] = [steps[j], steps[i]];
  }
  return steps;
}

/** One step with its parameters drawn. */
function apply(image: ByteImage, step: AugmentStep, random: Random): ByteImage {
  const { height, width } = image;
  switch (step.op) {
    case 'crop': {
      const [top, left] = [random.integer(height - step.size + 1), random.integer(width - step.size + 1)];
      return crop(image, { top, left, height: step.size, width: step.size });
    }
    case 'shift': {
      const places = 2 * step.pad + 1;
      return shift(image, step.pad, random.integer(places), random.integer(places));
    }
    case 'resizedCrop': {
      const out = blank(image, { height: step.size ?? height, width: step.size ?? width });
      resizedCrop(image, randomBox(random, image, { area: step.area }), out, out.data);
      return out;
    }
    case 'flip':
      return flip(image);
    case 'colorJitter':
      return colorJitter(image, drawJitter(step, random));
    case 'grayscale':
      return grayscale(image);
    case 'blur': {
      // A tenth of the picture, made odd (SimCLR).
      const kernel = 2 * Math.floor(Math.floor(height / 10) / 2) + 1;
      return gaussianBlur(image, Math.max(3, kernel), random.uniform(step.sigma[0], step.sigma[1]));
    }
    case 'solarize':
      return solarize(image, step.threshold);
    case 'cutout': {
      const side = (size: number) => Math.round(size * random.uniform(step.side[0], step.side[1]));
      const box = { height: side(height), width: side(width) };
      const corner = {
        top: random.integer(height - box.height + 1),
        left: random.integer(width - box.width + 1),
      };
      return cutout(image, { ...box, ...corner }, step.fill);
    }
    case 'randAugment':
      return randAugment(image, random, step);
  }
}

/**
 * Augments one picture: each step is made with its own chance and parameters drawn from `random`, the same for all
 * frames of a stack.
 *
 * @example
 * const steps = z.array(augmentStep).parse([{ op: 'shift' }, { op: 'colorJitter' }, { op: 'blur', p: 0.1 }]);
 * const view = augment({ height: 84, width: 84, channels: 9, data }, steps, Random.stream(seed, 'augment'));
 */
export function augment(image: ByteImage, steps: readonly AugmentStep[], random: Random): ByteImage {
  return steps.reduce(
    (current, step) => (random.uniform() < step.p ? apply(current, step, random) : current),
    image,
  );
}
