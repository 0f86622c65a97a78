import { Random, type Json, type Snapshot } from '../../src/base/index.ts';
import { Box, type EnvSpec } from '../../src/envs/index.ts';
import { ReplayBuffer, type Indices } from '../../src/replay/index.ts';
import type { Experiment } from '../../src/runs/index.ts';
import { actionCodec, type Learner, type Metrics, type Parts, type PixelEnv } from '../../src/train/index.ts';

const SIDE = 6;
const STACK = 3;

/**
 * A point on a line: actions push it, its seeded noise too, and what is seen depends on the place. Episodes end or
 * are cut after a few steps.
 */
export class LineEnv implements PixelEnv {
  readonly observationSpace = new Box({ low: 0, high: 255, shape: [SIDE, SIDE, 3 * STACK], dtype: 'uint8' });
  readonly actionSpace = new Box({ low: -2, high: 2, shape: [2] });
  readonly metadata = { renderModes: ['rgb_array'], renderFps: 25 };
  readonly spec: EnvSpec | null = null;
  readonly calls = { reset: [] as (number | undefined)[], step: 0, render: 0, close: 0 };
  state?: () => Json;
  restore?: (state: Json) => void;
  #random = Random.stream(0, 'line');
  #place = 0;
  #age = 0;
  #frames: Uint8Array[] = [];

  /** @param saves whether it can save its state */
  constructor(saves: boolean) {
    if (!saves) return;
    this.state = () => ({
      random: this.#random.state() as unknown as Json,
      place: this.#place,
      age: this.#age,
      frames: this.#frames.map((frame) => [...frame]),
    });
    this.restore = (state) => {
      const saved = state as unknown as {
        random: ReturnType<Random['state']>;
        place: number;
        age: number;
        frames: number[][];
      };
      this.#random.restore(saved.random);
      this.#place = saved.place;
      this.#age = saved.age;
      this.#frames = saved.frames.map((frame) => Uint8Array.from(frame));
    };
  }

  get unwrapped() {
    return this;
  }

  reset(options?: { seed?: number }) {
    this.calls.reset.push(options?.seed);
    if (options?.seed !== undefined) this.#random = Random.stream(options.seed, 'line');
    this.#place = this.#random.uniform(-1, 1);
    this.#age = 0;
    this.#frames = new Array<Uint8Array>(STACK).fill(this.#frame());
    return { observation: this.#observation(), info: {} };
  }

  step(action: Float32Array | number) {
    const push = action as Float32Array;
    this.calls.step++;
    this.#age++;
    this.#place += 0.1 * (push[0] - push[1]) + 0.05 * this.#random.normal();
    this.#frames = [...this.#frames.slice(1), this.#frame()];
    const terminated = Math.abs(this.#place) > 2;
    const truncated = this.#age >= 9;
    return {
      observation: this.#observation(),
      reward: 1 - Math.abs(this.#place),
      terminated,
      truncated,
      info: {},
    };
  }

  render(size = { width: 4, height: 4 }) {
    this.calls.render++;
    return { ...size, data: new Uint8Array(size.width * size.height * 3).fill(100 * Math.abs(this.#place)) };
  }

  close() {
    this.calls.close++;
  }

  #frame(): Uint8Array {
    return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, k) => 128 + 40 * this.#place + k);
  }

  #observation(): Uint8Array {
    const whole = new Uint8Array(SIDE * SIDE * 3 * STACK);
    for (let p = 0; p < SIDE * SIDE; p++) {
      this.#frames.forEach((frame, k) => whole.set(frame.subarray(3 * p, 3 * p + 3), (p * STACK + k) * 3));
    }
    return whole;
  }
}

/** A learner whose every number depends on all it has seen and drawn, so that any lost state shows. */
export class HashLearner implements Learner<{ indices: Indices; pixels: Uint8Array }> {
  readonly random: Random;
  readonly weights = Float32Array.of(0.1, -0.2, 0.3);
  readonly log: string[] = [];
  /** Learner steps after which losses turn to NaN. */
  failsAfter = Infinity;
  updates = 0;
  disposed = false;
  readonly #replay: ReplayBuffer;

  constructor(seed: number, replay: ReplayBuffer) {
    this.random = Random.stream(seed, 'learner');
    this.#replay = replay;
  }

  act(observation: Uint8Array, { deterministic }: { deterministic: boolean }) {
    this.log.push(deterministic ? 'act deterministic' : 'act');
    const noise = deterministic ? 0 : 0.3 * this.random.normal();
    const seen = observation[0] / 255 - 0.5;
    return this.weights.slice(0, 2).map((w) => Math.max(-1, Math.min(1, w * seen + noise)));
  }

  sample(replay: ReplayBuffer) {
    const indices = replay.sample(4);
    const crop = { size: 4, offsets: replay.randomOffsets(4, 4, { lastOffset: true }) };
    return { indices, pixels: replay.observations(indices, crop) };
  }

  update(
    { indices, pixels }: { indices: Indices; pixels: Uint8Array },
    { log }: { log: boolean },
  ): Promise<Metrics | null> {
    this.log.push('update');
    this.updates++;
    const rewards = this.#replay.rewards(indices);
    const ends = this.#replay.terminated(indices);
    pixels.forEach(
      (byte, k) => (this.weights[k % 3] = 0.999 * this.weights[k % 3] + 1e-5 * (byte - 128) * rewards[k % 4]),
    );
    this.weights[2] += 0.01 * (ends[0] - ends[1]) + 0.001 * this.random.normal();
    if (this.updates > this.failsAfter) this.weights.fill(NaN);
    return Promise.resolve(log ? { 'loss.critic': this.weights[0], 'loss.actor': this.weights[2] } : null);
  }

  state(): Promise<Snapshot> {
    const values = { random: this.random.state() as unknown as Json, updates: this.updates };
    return Promise.resolve({ tensors: { weights: { shape: [3], data: this.weights.slice() } }, values });
  }

  restore({ tensors, values }: Snapshot): void {
    this.weights.set(tensors.weights.data);
    this.random.restore(values.random as unknown as ReturnType<Random['state']>);
    this.updates = values.updates as number;
  }

  dispose() {
    this.disposed = true;
  }
}

export interface FakeParts extends Parts {
  env: LineEnv;
  learner: HashLearner;
  evaluationEnvs: LineEnv[];
}

/** Parts of a run whose environment can save itself or not. */
export function fakeParts(experiment: Experiment, saves = true): FakeParts {
  const env = new LineEnv(saves);
  const actions = actionCodec(env.actionSpace);
  const replay = new ReplayBuffer({
    capacity: experiment.replay.capacity,
    height: SIDE,
    width: SIDE,
    channels: 3,
    stack: STACK,
    actionSize: 2,
    random: Random.stream(experiment.seed, 'replay'),
    chunkBytes: 20 * SIDE * SIDE * 3,
  });
  const evaluationEnvs: LineEnv[] = [];
  const makeEnv = () => {
    evaluationEnvs.push(new LineEnv(saves));
    return Promise.resolve(evaluationEnvs[evaluationEnvs.length - 1]);
  };
  return {
    env,
    makeEnv,
    actions,
    replay,
    learner: new HashLearner(experiment.seed, replay),
    engine: null,
    evaluationEnvs,
  };
}
