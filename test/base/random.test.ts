import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random, joinSnapshots, nearest, partOf, portable, type Snapshot } from '../../src/base/index.ts';

test('the same seed and name give the same numbers, other names others', () => {
  const draw = (random: Random) => [random.uniform(), random.normal(), random.integer(1000)];
  expect(draw(Random.stream(3, 'replay'))).toEqual(draw(Random.stream(3, 'replay')));
  expect(draw(Random.stream(3, 'replay'))).not.toEqual(draw(Random.stream(3, 'policy')));
  expect(draw(Random.stream(3, 'replay'))).not.toEqual(draw(Random.stream(4, 'replay')));
  // Fixed numbers: a change of the generator would silently change every experiment.
  expect(Random.stream(1, 'fixed').integer(2 ** 31)).toBe(1772014896);
});

test('a restored generator goes on where it was, whatever was drawn last', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('uniform', 'normal', 'integer')), (calls) => {
      const random = Random.stream(1, 'x');
      const draw = (one: Random, call: string) =>
        call === 'uniform' ? one.uniform() : call === 'normal' ? one.normal() : one.integer(7);
      for (const call of calls) draw(random, call);
      const other = new Random('other');
      other.restore(JSON.parse(JSON.stringify(random.state())) as ReturnType<Random['state']>);
      for (const call of ['normal', 'normal', 'uniform', 'normal', 'integer']) {
        expect(draw(other, call)).toBe(draw(random, call));
      }
    }),
  );
});

test('normal numbers have the moments of a standard normal', () => {
  const values = Array.from(Random.stream(1, 'normal').normals(40_000));
  const mean = (of: (x: number) => number) => values.reduce((sum, x) => sum + of(x), 0) / values.length;
  expect(mean((x) => x)).toBeCloseTo(0, 1);
  expect(mean((x) => x * x)).toBeCloseTo(1, 1);
  expect(mean((x) => x ** 4)).toBeCloseTo(3, 0);
  expect(mean((x) => (Math.abs(x) < 1 ? 1 : 0))).toBeCloseTo(0.6827, 1);
});

test('portable functions agree with those of Math', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(Math.abs(portable.exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15 * Math.max(4, Math.abs(x)));
      expect(Math.abs(portable.sin(x) - Math.sin(x))).toBeLessThan(1e-13);
      expect(Math.abs(portable.cos(x) - Math.cos(x))).toBeLessThan(1e-13);
      if (x > 1e-300) expect(Math.abs(portable.log(x) - Math.log(x))).toBeLessThan(1e-13);
    }),
  );
  expect([portable.exp(1000), portable.exp(-1000), portable.log(0)]).toEqual([Infinity, 0, -Infinity]);
  expect(portable.log(-1)).toBeNaN();
});

test('the nearest word is the one a typist meant', () => {
  expect(nearest('trian', ['env', 'train', 'agent'])).toBe('train');
  expect(
    nearest('control/cartpoleswingup-v0', ['control/CartpoleBalance-v0', 'control/CartpoleSwingup-v0']),
  ).toBe('control/CartpoleSwingup-v0');
  expect(nearest('x', [])).toBeUndefined();
});

test('parts of a joined snapshot come back as they were', () => {
  const part = (value: number): Snapshot => ({
    tensors: { 'a/b': { shape: [1], data: Float32Array.of(value) } },
    values: { value },
  });
  const joined = joinSnapshots({ one: part(1), outer: joinSnapshots({ two: part(2) }) });
  expect(partOf(joined, 'one')).toEqual(part(1));
  expect(partOf(partOf(joined, 'outer'), 'two')).toEqual(part(2));
});
