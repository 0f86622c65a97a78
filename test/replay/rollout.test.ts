import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer, Rollout, laterTransitions } from '../../src/replay/index.ts';

const LAYOUT = { steps: 3, envs: 2, bytes: 4, actionSize: 1 };
/** A stack of two frames of two pixels: pixel p of the old frame is `old + p`, of the new one `new + p`. */
const stack = (before: number, now: number) => [before, now, before + 1, now + 1];

/** Three steps of two environments; the first one's episode ends at the second step. */
function filled(): Rollout {
  const rollout = new Rollout(LAYOUT);
  const first = [stack(10, 10), stack(10, 12), stack(20, 20)];
  const second = [stack(50, 52), stack(52, 54), stack(54, 56)];
  for (let t = 0; t < 3; t++) {
    const ends = t === 1;
    rollout.add({
      observations: Uint8Array.from([...first[t], ...second[t]]),
      actions: Float32Array.of(t, t + 10),
      logProbs: Float32Array.of(-1, -2),
      values: Float32Array.of(0.5, 0.25),
      rewards: Float32Array.of(t, -t),
      terminated: [ends, false],
      truncated: [false, false],
      finalValues: new Float32Array(2),
      finalObservations: [ends ? Uint8Array.from(stack(12, 14)) : null, null],
    });
  }
  return rollout;
}

const following = Uint8Array.from([...stack(20, 22), ...stack(56, 58)]);

function replayOf(): ReplayBuffer {
  return new ReplayBuffer({
    capacity: 6,
    height: 1,
    width: 2,
    channels: 1,
    stack: 2,
    actionSize: 1,
    random: Random.stream(1, 'test'),
  });
}

describe('a rollout', () => {
  test('is full after its steps, and refuses more until it is cleared', () => {
    const rollout = filled();
    expect(rollout.full).toBe(true);
    expect(rollout.size).toBe(6);
    expect([...rollout.gather(Int32Array.of(3, 0))]).toEqual([...stack(52, 54), ...stack(10, 10)]);
    expect([...rollout.gatherActions(Int32Array.of(5, 2))]).toEqual([12, 1]);
    expect(() => rollout.add({} as never)).toThrow('full');
    rollout.clear();
    expect(rollout.length).toBe(0);
    expect(rollout.finalObservations.size).toBe(0);
  });

  test('comes back from its state', () => {
    const rollout = filled();
    const copy = new Rollout(LAYOUT);
    copy.restore(rollout.state());
    expect(copy).toEqual(rollout);
    rollout.clear();
    copy.restore(rollout.state());
    expect(copy.length).toBe(0);
    expect(copy.state()).toEqual(rollout.state());
  });

  test('keeps its order, stacks, ends and next observations when poured into a replay buffer', () => {
    const replay = replayOf();
    for (let round = 0; round < 2; round++) {
      filled().pourInto(replay, following);
      const all = Int32Array.of(0, 1, 2, 3, 4, 5);
      expect([...replay.observations(all)]).toEqual(
        [stack(10, 10), stack(10, 12), stack(20, 20), stack(50, 52), stack(52, 54), stack(54, 56)].flat(),
      );
      expect([...replay.nextObservations(all)]).toEqual(
        [stack(10, 12), stack(12, 14), stack(20, 22), stack(52, 54), stack(54, 56), stack(56, 58)].flat(),
      );
      expect([...replay.actions(all)]).toEqual([0, 1, 2, 10, 11, 12]);
      expect([...replay.rewards(all)]).toEqual([0, 1, 2, -0, -1, -2]);
      expect([...replay.terminated(all)]).toEqual([0, 1, 0, 0, 0, 0]);
      // Stretches end at the cut, so that no later view reaches over it.
      expect([...laterTransitions(replay, all, 1).valid]).toEqual([1, 0, 0, 1, 1, 0]);
    }
  });
});
