import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import {
  ReplayBuffer,
  laterTransitions,
  oldestTransition,
  transitionNumbers,
} from '../../src/replay/index.ts';

/** A buffer of one-pixel frames after episodes of the given lengths; rewards number the transitions. */
function filled(capacity: number, lengths: number[]) {
  const random = Random.stream(1, 'replay');
  const replay = new ReplayBuffer({
    capacity,
    height: 1,
    width: 1,
    channels: 1,
    stack: 1,
    actionSize: 1,
    random,
  });
  const episodeOf: number[] = [];
  lengths.forEach((length, episode) => {
    replay.start(Uint8Array.of(0));
    for (let t = 1; t <= length; t++) {
      const ends = t === length;
      replay.add({
        action: [0],
        reward: episodeOf.length,
        observation: Uint8Array.of(t),
        terminated: ends && episode % 2 === 0,
        truncated: ends && episode % 2 === 1,
      });
      episodeOf.push(episode);
    }
  });
  return { replay, episodeOf };
}

test('later transitions stay within their episodes, through the wrap of the ring', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 0, max: 5 }),
    (capacity, lengths, steps) => {
      const { replay, episodeOf } = filled(capacity, lengths);
      const slots = Int32Array.from({ length: replay.size }, (_, slot) => slot);
      const numbers = transitionNumbers(replay, slots);
      // The rewards say which transition lies where.
      expect([...numbers]).toEqual([...replay.rewards(slots)]);
      expect(Math.min(...numbers)).toBe(oldestTransition(replay));
      const { indices, valid } = laterTransitions(replay, slots, steps);
      const found = replay.rewards(indices);
      numbers.forEach((number, i) => {
        const there = episodeOf[number + steps] === episodeOf[number];
        expect(valid[i]).toBe(there ? 1 : 0);
        const last = episodeOf.lastIndexOf(episodeOf[number]);
        expect(found[i]).toBe(Math.min(number + steps, last));
      });
    },
  );
  fc.assert(property, { numRuns: 100 });
});
