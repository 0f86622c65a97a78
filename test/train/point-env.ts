import { Random, type Json } from '../../src/base/index.ts';
import { parseExperiment, type Experiment } from '../../src/runs/index.ts';
import { resolveExperiment } from '../../src/train/index.ts';
import { Box, register, type Env, type EnvSpec } from '../../src/envs/index.ts';

/** Milliseconds of each step, for tests that want to hit a moment in the middle of a run. */
const slow = Number(process.env.CURLEW_TEST_ENV_SLOW ?? 0);

/** A bare environment: a dot on a plane, driven by two-dimensional actions; the middle is worth most. */
class PointEnv implements Env<Float32Array, Float32Array> {
  readonly observationSpace = new Box({ low: -Infinity, high: Infinity, shape: [2] });
  readonly actionSpace = new Box({ low: -1, high: 1, shape: [2] });
  readonly metadata = { renderModes: ['rgb_array'], renderFps: 25 };
  readonly spec: EnvSpec | null = null;
  #random = Random.stream(0, 'point');
  #place = Float32Array.of(0, 0);

  get unwrapped() {
    return this;
  }

  reset({ seed }: { seed?: number } = {}) {
    if (seed !== undefined) this.#random = Random.stream(seed, 'point');
    this.#place = Float32Array.of(this.#random.uniform(-1, 1), this.#random.uniform(-1, 1));
    return { observation: this.#place.slice(), info: {} };
  }

  step(action: Float32Array) {
    if (slow > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow);
    this.#place = this.#place.map((x, i) =>
      Math.max(-1, Math.min(1, x + 0.2 * action[i] + 0.02 * this.#random.normal())),
    );
    const reward = 1 - Math.abs(this.#place[0]) / 2 - Math.abs(this.#place[1]) / 2;
    return { observation: this.#place.slice(), reward, terminated: false, truncated: false, info: {} };
  }

  render({ width, height } = { width: 16, height: 16 }) {
    const data = new Uint8Array(width * height * 3).fill(40);
    const x = Math.round(((this.#place[0] + 1) / 2) * (width - 1));
    const y = Math.round(((this.#place[1] + 1) / 2) * (height - 1));
    data.fill(250, 3 * (y * width + x), 3 * (y * width + x) + 3);
    return { width, height, data };
  }

  close() {
    // Nothing is held.
  }

  state(): Json {
    return { random: this.#random.state() as unknown as Json, place: [...this.#place] };
  }

  restore(state: Json) {
    const { random, place } = state as unknown as { random: ReturnType<Random['state']>; place: number[] };
    this.#random.restore(random);
    this.#place = Float32Array.from(place);
  }
}

register({
  id: 'test/Point-v0',
  description: 'a dot on a plane',
  maxEpisodeSteps: 30,
  create: () => new PointEnv(),
});

const text = `
env: { id: test/Point-v0, size: 12, actionRepeat: 3, frameStack: 3 }
agent: { id: sac, hidden: 8 }
backbone: { id: conv, filters: 2, strides: [2, 1], features: 4 }
augment: { crop: 10 }
replay: { capacity: 50 }
train: { batchSize: 4, randomSteps: 8, logEvery: 5 }
evaluation: { every: 15, episodes: 1 }
checkpoint: { every: 12 }
steps: 30
engine: { name: cpu }
`;

/** A tiny experiment of SAC with CURL on the dot. */
export function pointExperiment(overrides: Record<string, string> = {}): Experiment {
  return resolveExperiment(parseExperiment(text, 'inline', overrides));
}
