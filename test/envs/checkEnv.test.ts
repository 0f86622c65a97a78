import { describe, expect, test } from 'vitest';
import { TimeLimit, checkEnv } from '../../src/envs/index.ts';
import type { StepResult } from '../../src/envs/index.ts';
import { CounterEnv } from './counter.ts';

class Aliasing extends CounterEnv {
  #kept = new Float32Array(3);
  override observe() {
    this.#kept.set(super.observe());
    return this.#kept;
  }
}

class Unseeded extends CounterEnv {
  static made = 0;
  override reset() {
    this.random.uniform();
    return super.reset();
  }
}

class AnySeed extends CounterEnv {
  override reset({ seed = 0 } = {}) {
    return super.reset({ seed: Math.abs(Math.floor(seed || 0)) });
  }
}

class Drifting extends CounterEnv {
  #steps = 0;
  override step(action: Float32Array): StepResult<Float32Array> {
    this.#steps += 1;
    return { ...super.step(action), reward: this.#steps };
  }
}

class WrongType extends CounterEnv {
  override observe() {
    return Float64Array.from(super.observe()) as unknown as Float32Array;
  }
}

class NotANumber extends CounterEnv {
  override step(action: Float32Array): StepResult<Float32Array> {
    const result = super.step(action);
    return this.count === 9 ? { ...result, reward: NaN } : result;
  }
}

class ClosesOnce extends CounterEnv {
  override close() {
    super.close();
    if (this.closed > 1) throw new Error('closed twice');
  }
}

class ForgetsSum extends CounterEnv {
  override state() {
    return { ...(super.state() as object), sum: 0 };
  }
}

class ForgetsGenerator extends CounterEnv {
  override observe() {
    return Float32Array.of(this.count, this.sum, this.count === 0 ? this.random.uniform() : 0);
  }
  override restore(state: never) {
    const kept = this.random.state();
    super.restore(state);
    this.random.restore(kept);
  }
}

class ChangesAction extends CounterEnv {
  override step(action: Float32Array): StepResult<Float32Array> {
    action[0] = Math.min(1, action[0]);
    return super.step(action);
  }
}

class DisturbedByRender extends CounterEnv {
  override render(size?: { width: number; height: number }) {
    this.sum += 1;
    return super.render(size);
  }
}

class FixedPicture extends CounterEnv {
  override render() {
    return super.render({ width: 4, height: 4 });
  }
}

describe('checkEnv', () => {
  test('has nothing against a sound environment', () => {
    expect(checkEnv(new CounterEnv())).toEqual([]);
    expect(checkEnv(new CounterEnv(10))).toEqual([]);
    expect(checkEnv(new TimeLimit(new CounterEnv(), 7))).toEqual([]);
  });

  test.each([
    [Aliasing, 'aliasing: a later step changed an observation'],
    [Unseeded, 'seeds: reset with the same seed gave two different'],
    [AnySeed, 'seeds: reset took the seed -1'],
    [Drifting, 'steps: the same seed and actions gave something else at step 1'],
    [WrongType, 'spaces: reset gave an observation outside Box'],
    [NotANumber, 'spaces: step 9 gave the reward NaN'],
    [ClosesOnce, 'closing: closed twice'],
    [ForgetsSum, 'saving: after restore, step 1 differs'],
    [ForgetsGenerator, 'saving: after restore, the next episode'],
    [ChangesAction, 'actions: step changed the action'],
    [DisturbedByRender, 'rendering: rendering changed what happened at step 1'],
    [FixedPicture, 'rendering: render gave another size'],
  ])('finds the fault of %o', (Faulty, message) => {
    const problems = checkEnv(new Faulty());
    expect(problems.some((problem) => problem.startsWith(message))).toBe(true);
    expect(problems.every((problem) => !problem.includes('\n'))).toBe(true);
  });
});
