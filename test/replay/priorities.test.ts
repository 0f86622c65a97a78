import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer, SumTree, type PriorityOptions } from '../../src/replay/index.ts';

const masses = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 100, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
});

describe('a sum tree', () => {
  test('finds the entry whose share holds a mass', () => {
    const property = fc.property(
      masses,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (all, at) => {
        const tree = new SumTree(all.length);
        all.forEach((mass, i) => tree.set(i, mass));
        const sum = all.reduce((a, b) => a + b, 0);
        expect(tree.total).toBeCloseTo(sum, 9);
        fc.pre(sum > 0);
        const found = tree.find(at * tree.total);
        expect(all[found]).toBeGreaterThan(0);
        const before = all.slice(0, found).reduce((a, b) => a + b, 0);
        expect(at * sum).toBeGreaterThanOrEqual(before - 1e-9);
        expect(at * sum).toBeLessThanOrEqual(before + all[found] + 1e-9);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test('has the same sums whatever happened before', () => {
    const changes = fc.array(fc.tuple(fc.nat(12), fc.double({ min: 0, max: 9, noNaN: true })), {
      maxLength: 80,
    });
    const property = fc.property(changes, (all) => {
      const used = new SumTree(13);
      for (const [entry, mass] of all) used.set(entry, mass);
      const fresh = new SumTree(13);
      for (let entry = 0; entry < 13; entry++) fresh.set(entry, used.get(entry));
      expect(fresh.total).toBe(used.total);
    });
    fc.assert(property);
  });
});

const DEFAULTS: PriorityOptions = { exponent: 0.6, importance: 0.4, importanceSteps: 100 };

function buffer(priorities = DEFAULTS, seed = 1, capacity = 16): ReplayBuffer {
  const random = Random.stream(seed, 'replay');
  const layout = { height: 1, width: 1, channels: 1, stack: 1, actionSize: 1, chunkBytes: 4 };
  return new ReplayBuffer({ capacity, ...layout, random, priorities });
}

function fill(replay: ReplayBuffer, steps: number): void {
  for (let k = 0; k < steps; k++) {
    if (replay.age === null) replay.start(Uint8Array.of(0));
    const observation = Uint8Array.of(k);
    replay.add({ action: [0], reward: k, observation, terminated: k % 7 === 6, truncated: false });
  }
}

const slots = (...list: number[]) => Int32Array.from(list);

describe('prioritised replay', () => {
  test('draws in proportion to |error|^alpha and weighs that out again', () => {
    const replay = buffer({ exponent: 0.5, importance: 1, importanceSteps: 1 });
    fill(replay, 4);
    replay.prioritise(slots(0, 1, 2, 3), Float32Array.of(0, 1, 4, -9));
    const counts = [0, 0, 0, 0];
    const sums = [0, 0, 0, 0];
    for (let k = 0; k < 500; k++) {
      const drawn = replay.sample(12);
      const weights = replay.weights(drawn)!;
      drawn.forEach((slot, i) => {
        counts[slot]++;
        sums[slot] += weights[i];
      });
    }
    // Masses 0, 1, 2, 3: the first is (all but) never drawn.
    expect(counts[0]).toBeLessThan(10);
    [1, 2, 3].forEach((slot) => expect(counts[slot] / 6000).toBeCloseTo(slot / 6, 2));
    // With beta 1 every transition counts alike in the sum.
    expect(sums[2] / sums[1]).toBeCloseTo(1, 1);
    expect(sums[3] / sums[1]).toBeCloseTo(1, 1);
  });

  test('weights are at most 1, and all 1 where priorities are equal', () => {
    const replay = buffer();
    fill(replay, 10);
    expect([...replay.weights(replay.sample(5))!]).toEqual([1, 1, 1, 1, 1]);
    replay.prioritise(slots(3), Float32Array.of(5));
    const weights = replay.weights(slots(3, 4))!;
    expect(weights[1]).toBe(1);
    expect(weights[0]).toBeLessThan(1);
  });

  test('beta rises to 1 with the transitions added', () => {
    const early = buffer({ ...DEFAULTS, importance: 0 });
    const late = buffer({ ...DEFAULTS, importance: 0, importanceSteps: 8 });
    for (const replay of [early, late]) {
      fill(replay, 8);
      replay.prioritise(slots(0, 1), Float32Array.of(1, 8));
    }
    const [a] = [early.weights(slots(0, 1))!];
    const [b] = [late.weights(slots(0, 1))!];
    // beta 0.08 and 1; masses differ by 8^0.6.
    expect(a[1]).toBeCloseTo(8 ** (-0.6 * 0.08), 4);
    expect(b[1]).toBeCloseTo(8 ** -0.6, 4);
  });

  test('a new transition has the largest priority so far, also in a slot that is used again', () => {
    const replay = buffer(DEFAULTS, 1, 8);
    fill(replay, 8);
    replay.prioritise(slots(0, 1, 2, 3, 4, 5, 6, 7), new Float32Array(8).fill(1e-3));
    replay.prioritise(slots(5), Float32Array.of(50));
    fill(replay, 1);
    const drawn = replay.sample(1000);
    const counted = (slot: number) => drawn.filter((other) => other === slot).length;
    expect(counted(0)).toBeGreaterThan(400);
    expect(counted(5)).toBeGreaterThan(400);
  });

  test('saved and loaded, it draws what it would have drawn', () => {
    const folder = mkdtempSync(join(tmpdir(), 'curlew-priorities-'));
    try {
      const replay = buffer();
      fill(replay, 21);
      replay.prioritise(
        replay.sample(10),
        Float32Array.from({ length: 10 }, (_, k) => k / 3),
      );
      const manifest = JSON.parse(JSON.stringify(replay.save(folder))) as ReturnType<typeof replay.save>;
      const loaded = buffer(DEFAULTS, 9);
      loaded.load(folder, manifest);
      const goOn = (one: ReplayBuffer) => {
        const first = one.sample(6);
        fill(one, 3);
        one.prioritise(first, Float32Array.of(9, 8, 7, 6, 5, 4));
        const second = one.sample(6);
        return [[...first], [...second], [...one.weights(second)!]];
      };
      expect(goOn(loaded)).toEqual(goOn(replay));
      const { random } = replay.options;
      const uniform = new ReplayBuffer({ ...replay.options, priorities: undefined, random });
      expect(() => uniform.load(folder, manifest)).toThrow('differ in replay.prioritised');
      expect(uniform.weights(slots(0))).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
