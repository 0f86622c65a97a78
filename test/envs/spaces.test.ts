import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Space, Tuple } from '../../src/envs/index.ts';

const seeds = fc.nat({ max: 2 ** 31 });

const boxes = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    low: fc.integer({ min: -100, max: 100 }),
    width: fc.integer({ min: 0, max: 50 }),
    dtype: fc.constantFrom('int32', 'float32', 'float64'),
  })
  .map(({ shape, low, width, dtype }) => new Box({ low, high: low + width, shape, dtype }));
const discretes = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: -50, max: 50 }))
  .map(([n, start]) => new Discrete(n, start));
const simple: fc.Arbitrary<Space<unknown>> = fc.oneof(
  boxes,
  discretes,
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }).map((n) => new MultiDiscrete(n)),
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }).map((n) => new MultiBinary(n)),
);
const spaces: fc.Arbitrary<Space<unknown>> = fc.oneof(
  simple,
  fc.dictionary(fc.string({ minLength: 1 }), simple, { maxKeys: 3 }).map((parts) => new Dict(parts)),
  fc.array(simple, { maxLength: 3 }).map((parts) => new Tuple(parts)),
);

describe('every space', () => {
  test('contains what it samples', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        for (let i = 0; i < 5; i++) expect(space.contains(space.sample())).toBe(true);
      }),
    );
  });

  test('samples the same from the same seed, and goes on the same from a saved state', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        const draw = () => [space.sample(), space.sample(), space.sample()];
        space.seed(seed);
        const first = draw();
        const saved = JSON.parse(JSON.stringify(space.state()));
        const next = draw();
        space.seed(seed);
        expect(draw()).toEqual(first);
        space.restore(saved);
        expect(draw()).toEqual(next);
      }),
    );
  });

  test('contains nothing of another kind', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        for (const alien of [undefined, null, NaN, 'left', new Int8Array(3), () => 0]) {
          expect(space.contains(alien)).toBe(false);
        }
      }),
    );
  });

  test('refuses seeds that are not non-negative integers', () => {
    for (const seed of [-1, 0.5, NaN, Infinity])
      expect(() => new Discrete(2).seed(seed)).toThrow('non-negative');
  });
});

describe('Box', () => {
  const box = new Box({ low: [-1, 0], high: [1, 10], shape: [2] });

  test('checks bounds, length and type', () => {
    expect(box.contains(Float32Array.of(1, 10))).toBe(true);
    expect(box.contains(Float32Array.of(1.001, 10))).toBe(false);
    expect(box.contains(Float32Array.of(0, -0.001))).toBe(false);
    expect(box.contains(Float32Array.of(NaN, 0))).toBe(false);
    expect(box.contains(Float32Array.of(0))).toBe(false);
    expect(box.contains(Float64Array.of(0, 0))).toBe(false);
    expect(box.contains([0, 0])).toBe(false);
  });

  test('samples the whole range, ends of integers included', () => {
    const bytes = new Box({ low: 3, high: 5, shape: [300], dtype: 'uint8' });
    expect(new Set(bytes.sample())).toEqual(new Set([3, 4, 5]));
    const [low, high] = [new Float32Array(2).fill(Infinity), new Float32Array(2).fill(-Infinity)];
    for (let i = 0; i < 1000; i++) {
      box.sample().forEach((x, at) => {
        low[at] = Math.min(low[at], x);
        high[at] = Math.max(high[at], x);
      });
    }
    expect(low[0]).toBeLessThan(-0.95);
    expect(high[0]).toBeGreaterThan(0.95);
    expect(low[1]).toBeLessThan(0.5);
    expect(high[1]).toBeGreaterThan(9.5);
  });

  test('keeps to a single finite bound', () => {
    const above = new Box({ low: 2, high: Infinity, shape: [50] });
    const below = new Box({ low: -Infinity, high: 2, shape: [50] });
    const free = new Box({ low: -Infinity, high: Infinity, shape: [50] });
    for (const space of [above, below, free]) {
      const sample = space.sample();
      expect(space.contains(sample)).toBe(true);
      expect(new Set(sample).size).toBeGreaterThan(40);
    }
  });

  test('refuses bounds that cannot work', () => {
    expect(() => new Box({ low: 1, high: 0, shape: [2] })).toThrow('low 1 above high 0');
    expect(() => new Box({ low: [0], high: 1, shape: [2] })).toThrow('has 1 numbers, the shape needs 2');
    expect(() => new Box({ low: NaN, high: 1, shape: [1] })).toThrow('above');
  });

  test('has the array type of its dtype', () => {
    expectTypeOf(box.sample()).toEqualTypeOf<Float32Array>();
    expectTypeOf(
      new Box({ low: 0, high: 1, shape: [1], dtype: 'uint8' }).sample(),
    ).toEqualTypeOf<Uint8Array>();
  });
});

describe('Discrete', () => {
  test('reaches every value, from start on', () => {
    const space = new Discrete(4, -1);
    expect(new Set(Array.from({ length: 200 }, () => space.sample()))).toEqual(new Set([-1, 0, 1, 2]));
    expect([-2, -1, 2, 3, 0.5].map((x) => space.contains(x))).toEqual([false, true, true, false, false]);
  });

  test('refuses counts that are not positive integers', () => {
    for (const n of [0, -1, 1.5, NaN]) expect(() => new Discrete(n)).toThrow('positive integer');
  });
});

describe('Dict and Tuple', () => {
  const camera = new Box({ low: 0, high: 255, shape: [2, 2, 3], dtype: 'uint8' });

  test('check their keys and lengths', () => {
    const dict = new Dict({ camera, speed: new Discrete(3) });
    expect(dict.contains({ camera: camera.sample(), speed: 2 })).toBe(true);
    expect(dict.contains({ camera: camera.sample() })).toBe(false);
    expect(dict.contains({ camera: camera.sample(), speed: 2, more: 1 })).toBe(false);
    expect(dict.contains({ camera: camera.sample(), speed: 3 })).toBe(false);
    const tuple = new Tuple([camera, new Discrete(3)]);
    expect(tuple.contains([camera.sample(), 2])).toBe(true);
    expect(tuple.contains([camera.sample()])).toBe(false);
    expect(tuple.contains([camera.sample(), 3])).toBe(false);
  });

  test('seed their parts apart from one another', () => {
    const parts = () => new Box({ low: 0, high: 1, shape: [4], dtype: 'float64' });
    const dict = new Dict({ left: parts(), right: parts() });
    dict.seed(5);
    const { left, right } = dict.sample();
    expect(left).not.toEqual(right);
  });
});
