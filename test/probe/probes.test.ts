import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import {
  mlpProbe,
  probeFact,
  rSquared,
  retrieval,
  ridge,
  splitByEpisode,
  stateNames,
  variablesOf,
} from '../../src/probe/index.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const ROWS = 400;
const episodes = Int32Array.from({ length: ROWS }, (_, i) => Math.floor(i / 10));
const split = splitByEpisode(episodes, 1);
const normals = (rows: number, columns: number, name: string) => {
  const random = Random.stream(1, name);
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => random.normal()) };
};
const at = (rows: number[], { columns, data }: ReturnType<typeof normals>) => ({
  rows: rows.length,
  columns,
  data: Float64Array.from(rows.flatMap((r) => [...data.subarray(r * columns, (r + 1) * columns)])),
});

describe('split', () => {
  test('holds every row once, and no episode on two sides', () => {
    const parts = [split.train, split.validation, split.test];
    expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
    const seen = parts.map((rows) => new Set(rows.map((row) => episodes[row])));
    expect(seen[0].size + seen[1].size + seen[2].size).toBe(40);
    expect(seen.map((set) => set.size)).toEqual([24, 8, 8]);
    expect(splitByEpisode(episodes, 1)).toEqual(split);
    expect(splitByEpisode(episodes, 2)).not.toEqual(split);
  });

  test('needs three episodes', () => {
    expect(() => splitByEpisode([0, 0, 1], 1)).toThrow(/3 episodes/);
  });
});

describe('ridge', () => {
  const x = normals(ROWS, 6, 'x');
  const truth = [1, -2, 0.5, 0, 3, 0];
  const linear = (noise: number) => {
    const random = Random.stream(1, 'noise');
    const data = Float64Array.from({ length: ROWS * 2 }, (_, i) => {
      const row = x.data.subarray((i >> 1) * 6, (i >> 1) * 6 + 6);
      const clean = i % 2 === 0 ? row.reduce((sum, value, d) => sum + value * truth[d], 4) : 0;
      return clean + noise * random.normal();
    });
    return { rows: ROWS, columns: 2, data };
  };

  test('recovers a linear map without noise', () => {
    const y = { ...linear(0), columns: 2 };
    const fit = ridge(x, y, split);
    const [first, second] = rSquared(fit.predicted, at(split.test, y));
    expect(first).toBeGreaterThan(1 - 1e-6);
    expect(second).toBeNaN();
  });

  test('promises nothing where there is nothing: noise gets a strong penalty and R^2 near 0', () => {
    const y = linear(2);
    const { predicted, lambda } = ridge(x, y, split);
    const [signal, noise] = rSquared(predicted, at(split.test, y));
    expect(signal).toBeGreaterThan(0.6);
    expect(noise).toBeGreaterThan(-0.2);
    expect(noise).toBeLessThan(0.1);
    expect(lambda[1]).toBeGreaterThanOrEqual(lambda[0]);
  });

  test('does not mind columns that never change, twins, or other units', () => {
    const data = Float64Array.from({ length: ROWS * 8 }, (_, i) => {
      const [r, c] = [Math.floor(i / 8), i % 8];
      return c === 6 ? 3 : c === 7 ? 1000 * x.data[r * 6] : x.data[r * 6 + c];
    });
    const y = linear(0);
    const { predicted } = ridge({ rows: ROWS, columns: 8, data }, y, split);
    expect(rSquared(predicted, at(split.test, y))[0]).toBeGreaterThan(0.999);
  });
});

test('the small network sees what a linear probe cannot', () => {
  const x = normals(2000, 3, 'square');
  const many = splitByEpisode(
    Int32Array.from({ length: 2000 }, (_, i) => Math.floor(i / 20)),
    1,
  );
  const y = {
    rows: 2000,
    columns: 1,
    data: Float64Array.from({ length: 2000 }, (_, r) => x.data[3 * r] ** 2),
  };
  const test_ = at(many.test, y);
  expect(rSquared(ridge(x, y, many).predicted, test_)[0]).toBeLessThan(0.2);
  const network = mlpProbe(x, y, many, 1);
  expect(rSquared(network, test_)[0]).toBeGreaterThan(0.8);
  expect(mlpProbe(x, y, many, 1)).toEqual(network);
});

test('a fact that is in the features is told, one that is not is guessed', () => {
  const x = normals(ROWS, 4, 'facts');
  const labels = Int32Array.from({ length: ROWS }, (_, r) =>
    x.data[4 * r] > 0.8 ? 2 : x.data[4 * r] < 0 ? 0 : 1,
  );
  const known = probeFact(x, { name: 'known', labels, classes: 3 }, split);
  expect(known.accuracy).toBeGreaterThan(known.majority + 0.1);
  const random = Random.stream(3, 'labels');
  const other = Int32Array.from({ length: ROWS }, () => random.integer(2));
  const guessed = probeFact(x, { name: 'unknown', labels: other, classes: 2 }, split);
  expect(Math.abs(guessed.balancedAccuracy - 0.5)).toBeLessThan(0.2);
});

test('retrieval by the state itself finds it, by noise finds chance', () => {
  const states = normals(ROWS, 2, 'states');
  // Cosines compare directions: on a sphere, near in place is near in direction.
  const data = Float64Array.from({ length: ROWS * 3 }, (_, i) => {
    const r = Math.floor(i / 3);
    return i % 3 === 2 ? 2 : states.data[2 * r + (i % 3)];
  });
  const good = retrieval({ rows: ROWS, columns: 3, data }, states, split);
  expect(good.precision['1']).toBeGreaterThan(0.7);
  const bad = retrieval(normals(ROWS, 8, 'noise'), states, split);
  expect(Math.abs(bad.precision['10'] - bad.chance)).toBeLessThan(0.08);
  expect(good.examples.length).toBe(8);
  const test_ = new Set(split.test);
  for (const { query, neighbours } of good.examples) {
    expect(test_.has(query)).toBe(true);
    expect(neighbours.some((row) => test_.has(row))).toBe(false);
  }
});

describe('variables', () => {
  test('angles become cosine and sine, few integers become facts, constants are left out', () => {
    const rows = 4;
    const state = [0.1, Math.PI, 0.2, 0.3, 0.5, 0.6];
    const data = Float64Array.from(
      { length: 6 * rows },
      (_, i) => state[i % 6] + (i % 6 < 5 ? Math.floor(i / 6) : 0),
    );
    const found = variablesOf('control/ReacherEasy-v0', { rows, columns: 6, data });
    expect(found.targets.map(({ name }) => name)).toEqual([
      ...['cos shoulder', 'sin shoulder', 'cos wrist', 'sin wrist', 'to target x', 'to target y'],
      'shoulder velocity',
    ]);
    expect(found.constant).toEqual(['wrist velocity']);
    expect(found.targets[2].values[0]).toBeCloseTo(-1, 12);
    const facts = variablesOf('other/Thing-v0', {
      rows: 3,
      columns: 1,
      data: Float64Array.of(5, 2, 5),
    }).facts;
    expect(facts).toEqual([{ name: 'state[0]', labels: Int32Array.of(1, 0, 1), classes: 2 }]);
  });

  test('names fit the state vectors of the environments that have them', () => {
    expect(stateNames('arcade/Pong-v0', 11).slice(-2)).toEqual(['lives', 'last action']);
    expect(stateNames('arcade/Pong-v0', 11)[0]).toBe('ball x');
    expect(stateNames('control/CartpoleSwingup-v0', 5)[1]).toBe('cos pole');
    expect(stateNames('control/CheetahRun-v0', 17)[16]).toBe('state[16]');
    expect(stateNames('arcade/Seaquest-v0', 5).slice(-3)).toEqual(['state[2]', 'lives', 'last action']);
  });
});
