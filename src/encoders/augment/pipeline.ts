import { z } from 'zod';
import { InputError, nearest, type Random } from '../../base/index.ts';
import { checkOptions } from '../../runs/index.ts';
import { augmentations, type Augmentation, type AugmentationName } from './augmentations.ts';
import type { ByteImage } from './image.ts';

/** One step of an augmentation with all of its options. */
export type AugmentStep = { op: AugmentationName; p: number } & Record<string, unknown>;

/** One step as an experiment may write it: a name alone, or a name with options. */
export type GivenStep = string | ({ op: string } & Record<string, unknown>);

const listed = z.array(z.union([z.string(), z.looseObject({ op: z.string() })]));

/**
 * Checks the steps that a user gave and fills in their options.
 * @param key what messages call them, such as `augment.views`
 * @throws InputError in one line: unknown names and options with the nearest known one, values that cannot be
 *
 * @example
 * augmentSteps(['flip', { op: 'blur', p: 0.1 }]); // [{ op: 'flip', p: 0.5 }, { op: 'blur', p: 0.1, sigma: [0.1, 2] }]
 */
export function augmentSteps(given: unknown, key = 'augment'): AugmentStep[] {
  return checkOptions(listed, given, { prefix: key }).map((step, i) => {
    const { op, ...options } = typeof step === 'string' ? { op: step } : step;
    const place = `${key}.${i}`;
    if (!Object.hasOwn(augmentations, op)) {
      const known = Object.keys(augmentations);
      throw new InputError(
        `${place}: there is no augmentation ${op}; did you mean ${nearest(op, known)}? Known: ${known.join(', ')}.`,
      );
    }
    const entry = augmentations[op as AugmentationName];
    return {
      op,
      ...checkOptions(entry.options as z.ZodType<object>, options, { prefix: place }),
    } as AugmentStep;
  });
}

/**
 * Augments one picture: each step is made with its own chance and parameters drawn from `random`, the same for all
 * frames of a stack. Where no step is made the picture itself comes back.
 *
 * @example
 * const steps = augmentSteps(['shift', 'colorJitter', { op: 'blur', p: 0.1 }]);
 * const view = augment({ height: 84, width: 84, channels: 9, data }, steps, Random.stream(seed, 'augment'));
 */
export function augment(image: ByteImage, steps: readonly AugmentStep[], random: Random): ByteImage {
  return steps.reduce((current, step) => {
    if (random.uniform() >= step.p) return current;
    return (augmentations[step.op] as Augmentation).apply(current, step, random);
  }, image);
}
