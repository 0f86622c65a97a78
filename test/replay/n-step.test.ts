import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer, nStepReturns, nStepTransitions, transitionNumbers } from '../../src/replay/index.ts';

test('windows in a buffer are those of the whole history, through the wrap of the ring', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    (capacity, lengths, n, running) => {
      const layout = { height: 1, width: 1, channels: 1, stack: 1, actionSize: 1 };
      const replay = new ReplayBuffer({ capacity, ...layout, random: Random.stream(1, 'replay') });
      const history: Record<'rewards' | 'terminated' | 'truncated', number[]> = {
        rewards: [],
        terminated: [],
        truncated: [],
      };
      lengths.forEach((length, episode) => {
        replay.start(Uint8Array.of(0));
        for (let t = 1; t <= length; t++) {
          const ends = t === length && !(running && episode === lengths.length - 1);
          const terminated = ends && episode % 2 === 0;
          const truncated = ends && episode % 2 === 1;
          const reward = Math.fround(0.1 * history.rewards.length + 1);
          replay.add({ action: [0], reward, observation: Uint8Array.of(t), terminated, truncated });
          history.rewards.push(reward);
          history.terminated.push(Number(terminated));
          history.truncated.push(Number(truncated));
        }
      });
      const slots = Int32Array.from({ length: replay.size }, (_, slot) => slot);
      const numbers = transitionNumbers(replay, slots);
      const { rewards, terminated, truncated } = history;
      const whole = nStepReturns(rewards, terminated, truncated, n, 0.9);
      const got = nStepTransitions(replay, slots, n, 0.9);
      const lastNumbers = transitionNumbers(replay, got.last);
      numbers.forEach((number, k) => {
        expect(got.rewards[k]).toBeCloseTo(whole.returns[number], 4);
        expect(lastNumbers[k]).toBe(whole.bootstrapIndices[number] - 1);
        expect(got.discounts[k]).toBeCloseTo(0.9 ** whole.steps[number], 6);
        expect(got.terminated[k]).toBe(whole.bootstrapDiscounts[number] === 0 ? 1 : 0);
      });
    },
  );
  fc.assert(property, { numRuns: 200 });
});
