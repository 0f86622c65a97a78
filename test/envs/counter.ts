import { Random } from '../../src/base/index.ts';
import type { Json, RandomState } from '../../src/base/index.ts';
import { Box } from '../../src/envs/index.ts';
import type { Env, Picture, ResetOptions, StepResult } from '../../src/envs/index.ts';

/**
 * A small environment for tests: it counts its steps. Observation: count, sum of actions, a random number; the
 * reward is the action. It ends itself after `end` steps.
 */
export class CounterEnv implements Env<Float32Array, Float32Array> {
  readonly observationSpace = new Box<'float32'>({ low: -Infinity, high: Infinity, shape: [3] });
  readonly actionSpace = new Box<'float32'>({ low: -1, high: 2, shape: [1] });
  readonly metadata = { renderModes: ['rgb_array'], renderFps: 10, stateSize: 2 };
  readonly spec = null;
  readonly end: number;
  count = 0;
  sum = 0;
  drawn = 0;
  closed = 0;
  random = Random.stream(0, 'counter');

  constructor(end = Infinity) {
    this.end = end;
  }

  get unwrapped(): this {
    return this;
  }

  reset({ seed }: ResetOptions = {}) {
    if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) throw new Error('bad seed');
    if (seed !== undefined) this.random = Random.stream(seed, 'counter');
    this.count = 0;
    this.sum = 0;
    return { observation: this.observe(), info: { state: Float64Array.of(this.count, this.sum) } };
  }

  step(action: Float32Array): StepResult<Float32Array> {
    this.count += 1;
    this.sum += action[0];
    return {
      observation: this.observe(),
      reward: action[0],
      terminated: this.count >= this.end,
      truncated: false,
      info: { state: Float64Array.of(this.count, this.sum) },
    };
  }

  observe(): Float32Array {
    return Float32Array.of(this.count, this.sum, this.random.uniform());
  }

  /** A picture filled with the count. */
  render({ width, height } = { width: 4, height: 4 }): Picture {
    this.drawn += 1;
    return { width, height, data: new Uint8Array(width * height * 3).fill(this.count) };
  }

  close(): void {
    this.closed += 1;
  }

  state(): Json {
    return { count: this.count, sum: this.sum, random: this.random.state() as unknown as Json };
  }

  restore(state: Json): void {
    const saved = state as { count: number; sum: number; random: Json };
    this.count = saved.count;
    this.sum = saved.sum;
    this.random.restore(saved.random as unknown as RandomState);
  }
}
