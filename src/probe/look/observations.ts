import { Random } from '../../base/index.ts';
import { ReplayBuffer } from '../../replay/index.ts';
import { collect, type SavedEncoder } from '../../train/index.ts';

/** Observations of a run's environment, each with the step that followed it. */
export interface Observed {
  /** Whole stacked observations are read from here; slot i is row i. */
  replay: ReplayBuffer;
  rows: number;
  episodes: Int32Array;
  steps: Int32Array;
  rewards: Float64Array;
  /** `[rows, S]`; null where the environment does not tell its state. */
  states: Float64Array | null;
  /** What the agent expects of each observation; null where nothing acts. */
  values: Float64Array | null;
}

export interface ObserveOptions {
  rows: number;
  /** Episodes are cut after this many agent steps, so that few steps see many starts. */
  episodeSteps: number;
  policy: 'agent' | 'random';
  seed: number;
  onProgress(done: number): void;
}

/** Acts in a run's environment and keeps what is seen. */
export async function observe(run: SavedEncoder, options: ObserveOptions): Promise<Observed> {
  const { rows, episodeSteps, policy, seed, onProgress } = options;
  const { env, actions, learner } = run.parts;
  const [height, width, depth] = env.observationSpace.shape;
  const stack = run.experiment.env.frameStack;
  const random = Random.stream(seed, 'look', 'crops');
  const replay = new ReplayBuffer({
    ...{ capacity: rows, height, width, channels: depth / stack, stack, actionSize: actions.size, random },
    chunkBytes: 2 ** 20,
  });
  const columns = {
    episodes: new Int32Array(rows),
    steps: new Int32Array(rows),
    rewards: new Float64Array(rows),
    values: policy === 'agent' && learner.judge ? new Float64Array(rows) : null,
  };
  let states: Float64Array | null = null;
  let before: { state: Float64Array | null; value: number } | null = null;
  let [row, length] = [0, 0];
  const acting = policy === 'agent' ? run.policy : null;
  const moments = collect(env, actions, { steps: rows, episodeSteps, hold: 0.5, seed, policy: acting });
  for await (const { episode, observation, state, step } of moments) {
    if (!step) {
      replay.start(observation);
      length = 0;
    } else if (before) {
      replay.add({ ...step, observation });
      columns.episodes[row] = episode;
      columns.steps[row] = length++;
      columns.rewards[row] = step.reward;
      if (columns.values) columns.values[row] = before.value;
      if (before.state) {
        states ??= new Float64Array(rows * before.state.length);
        states.set(before.state, row * before.state.length);
      }
      if (++row % 20 === 0) onProgress(row);
    }
    // Now: the environment may write the next observation into the same memory.
    const value = columns.values ? learner.judge!(observation).value[0] : 0;
    before = { state: state && Float64Array.from(state), value };
  }
  return { replay, rows: row, states, ...columns };
}
