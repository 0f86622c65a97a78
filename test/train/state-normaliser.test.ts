import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer } from '../../src/replay/index.ts';
import { StateNormaliser } from '../../src/train/state-normaliser.ts';

const bytesOf = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const numbersOf = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)];

/** States whose first number is 2, 4, 6, 8, whose second is 5 throughout. */
function replay(): ReplayBuffer {
  const layout = { height: 1, width: 1, channels: 8, stack: 1, actionSize: 1 };
  const buffer = new ReplayBuffer({ capacity: 9, ...layout, random: Random.stream(1, 'replay') });
  buffer.start(bytesOf(2, 5));
  for (const x of [4, 6, 8, 100])
    buffer.add({ action: [0], reward: 0, observation: bytesOf(x, 5), terminated: false, truncated: false });
  return buffer;
}

test('states are as they are before anything was measured', () => {
  const normaliser = new StateNormaliser();
  expect(normaliser.ready).toBe(false);
  expect(numbersOf(normaliser.apply(bytesOf(3, -4)))).toEqual([3, -4]);
});

test('numbers get mean 0 and deviation 1, constants are moved, and nothing leaves [-10, 10]', () => {
  const normaliser = new StateNormaliser();
  normaliser.measure(replay());
  const [a, b, c, d] = numbersOf(normaliser.apply(bytesOf(5 + Math.sqrt(5), 5, 1000, 6)));
  expect(a).toBeCloseTo(1, 5);
  expect([b, c, d]).toEqual([0, 10, 1]);
});

test('numbers that were 0 or 1 only stay as they are, within [-10, 10]', () => {
  const layout = { height: 1, width: 1, channels: 8, stack: 1, actionSize: 1 };
  const buffer = new ReplayBuffer({ capacity: 40, ...layout, random: Random.stream(1, 'replay') });
  buffer.start(bytesOf(1, 0));
  for (let k = 0; k < 30; k++) {
    const observation = bytesOf(k === 20 ? 0 : 1, k % 2 === 0 ? 0 : 0.5);
    buffer.add({ action: [0], reward: 0, observation, terminated: false, truncated: false });
  }
  const normaliser = new StateNormaliser();
  normaliser.measure(buffer);
  const [flag, number] = numbersOf(normaliser.apply(bytesOf(0, 0.5)));
  expect(flag).toBe(0);
  expect(number).toBeGreaterThan(0.9);
  expect(numbersOf(normaliser.apply(bytesOf(50, 0)))[0]).toBe(10);
});

test('a restored one normalises alike', () => {
  const normaliser = new StateNormaliser();
  const empty = new StateNormaliser();
  empty.restore(normaliser.state());
  expect(empty.ready).toBe(false);
  normaliser.measure(replay());
  empty.restore(structuredClone(normaliser.state()));
  expect(empty.apply(bytesOf(1, 2, 3, 4))).toEqual(normaliser.apply(bytesOf(1, 2, 3, 4)));
});
