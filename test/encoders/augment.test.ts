import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  augment,
  augmentSteps,
  augmentations,
  randomBox,
  type AugmentStep,
  type AugmentationName,
  type ByteImage,
} from '../../src/encoders/index.ts';

const SIDE = 20;

/** A smooth picture, so that every step that changes pictures changes this one; `frames` equal frames. */
function picture(frames = 1): ByteImage {
  const data = new Uint8Array(SIDE * SIDE * 3 * frames);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [y, x] = [Math.floor(i / SIDE), i % SIDE];
    const colour = [10 * x + 20, 9 * y + 30, (7 * (x + 2 * y)) % 256];
    for (let k = 0; k < 3 * frames; k++) data[i * 3 * frames + k] = colour[k % 3];
  }
  return { height: SIDE, width: SIDE, channels: 3 * frames, data };
}

const STEPS = Object.keys(augmentations) as AugmentationName[];

/** A step by its name with its defaults, always made. */
function always(op: AugmentationName): AugmentStep {
  return augmentSteps([{ op, p: 1, ...(op === 'crop' && { size: 15 }) }])[0];
}

describe.each(STEPS)('%s', (op) => {
  test('repeats with its seed, spares its input and is never made at p = 0', () => {
    const image = picture();
    const before = image.data.slice();
    const seeds = Array.from({ length: 8 }, (_, seed) => seed);
    const run = (seed: number) => augment(image, [always(op)], Random.stream(seed, 'augment'));
    for (const seed of seeds) expect(run(seed)).toEqual(run(seed));
    expect(image.data).toEqual(before);
    expect(seeds.some((seed) => run(seed).data.join() !== before.join())).toBe(true);
    expect(augment(image, [{ ...always(op), p: 0 }], new Random('none')).data).toEqual(before);
  });

  test('does the same to all frames of a stack', () => {
    for (let seed = 0; seed < 8; seed++) {
      const random = () => Random.stream(seed, 'augment');
      const one = augment(picture(), [always(op)], random());
      const three = augment(picture(3), [always(op)], random());
      const expected = three.data.map((_, i) => one.data[3 * Math.floor(i / 9) + (i % 3)]);
      expect(Buffer.compare(three.data, expected)).toBe(0);
    }
  });
});

test('steps are made in order, each from the last one', () => {
  const steps = [always('crop'), always('flip')];
  const [random, again] = [new Random('order'), new Random('order')];
  const both = augment(picture(), steps, random);
  const first = augment(picture(), [steps[0]], again);
  expect(both).toEqual(augment(first, [steps[1]], again));
  expect([both.height, both.width]).toEqual([15, 15]);
});

test('boxes of resized crops lie in the picture and are never slim', () => {
  const property = fc.property(
    fc.integer({ min: 8, max: 60 }),
    fc.integer({ min: 8, max: 60 }),
    fc.integer(),
    (height, width, seed) => {
      const box = randomBox(Random.stream(seed, 'box'), { height, width }, { area: [0.2, 0.5] });
      expect(box.top).toBeGreaterThanOrEqual(0);
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.top + box.height).toBeLessThanOrEqual(height);
      expect(box.left + box.width).toBeLessThanOrEqual(width);
      const ratio = box.width / box.height;
      // Sides are whole pixels.
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test('a name alone stands for its defaults', () => {
  expect(augmentSteps(['flip', { op: 'blur', p: 0.1 }])).toEqual([
    { op: 'flip', p: 0.5 },
    { op: 'blur', p: 0.1, sigma: [0.1, 2] },
  ]);
});

test.each([
  [['flop'], 'augment.views.0: there is no augmentation flop; did you mean flip?'],
  [
    ['flip', { op: 'flip', chance: 1 }],
    'unknown key augment.views.1.chance; did you mean augment.views.1.p?',
  ],
  [[{ op: 'blur', sgma: [1, 2] }], 'unknown key augment.views.0.sgma; did you mean augment.views.0.sigma?'],
  [
    [{ op: 'shift', pad: 0 }],
    'augment.views.0.pad (most pixels in each direction) must be a positive integer',
  ],
  ['flip', 'augment.views must be a list'],
  [[{ p: 1 }], 'augment.views.0'],
])('refuses %j in one line', (given, message) => {
  expect(() => augmentSteps(given, 'augment.views')).toThrow(message);
  expect(() => augmentSteps(given, 'augment.views')).toThrow(/^[^\n]+$/);
});
