import { Random } from '../../base/index.ts';
import { tf } from '../../engine/index.ts';
import { ReplayBuffer } from '../../replay/index.ts';
import { experimentSchema } from '../../runs/index.ts';
import { buildLearner, resolveExperiment } from '../../train/index.ts';

/** The update that is timed: SAC with CURL on three RGB frames of 48x48, small enough for a processor. */
export const UPDATE = 'SAC + CURL, 48x48x9, 32 filters, hidden 256, batch 128';

const SIZE = 48;
const STACK = 3;
const ACTION_SIZE = 6;
/** Steps in the buffer that batches are drawn from. */
const STEPS = 20;
/** The first updates also create the optimisers' moments. */
const WARM_UP = 2;

/** Updates a second on the running engine, measured for about so many seconds. */
export async function updatesPerSecond(seconds: number): Promise<number> {
  const experiment = experimentSchema.parse({
    env: { id: 'control/CheetahRun-v0', size: SIZE, frameStack: STACK },
    agent: { id: 'sac', hidden: 256 },
    encoder: { id: 'curl' },
    backbone: { id: 'conv', filters: 32, strides: [2, 2, 1] },
    train: { batchSize: 128 },
  });
  const observation = { height: SIZE, width: SIZE, channels: 3 * STACK };
  const actions = { kind: 'continuous', size: ACTION_SIZE } as const;
  const learner = buildLearner(resolveExperiment(experiment), observation, actions);
  const replay = noise();
  const batch = learner.sample(replay);
  const update = () => learner.update(batch, { log: false });
  for (let i = 0; i < WARM_UP; i++) await update();
  await finished();
  const start = performance.now();
  let updates = 0;
  do {
    await update();
    await update();
    updates += 2;
    await finished();
  } while (performance.now() - start < 1000 * seconds);
  return (1000 * updates) / (performance.now() - start);
}

/** Waits until the engine has done all that it was given. */
async function finished(): Promise<void> {
  const last = tf.tidy(() => tf.add(tf.ones([1]), 1));
  await last.data();
  last.dispose();
}

/** A buffer of noise. */
function noise(): ReplayBuffer {
  const random = Random.stream(1, 'doctor');
  const shape = { height: SIZE, width: SIZE, channels: 3, stack: STACK };
  const replay = new ReplayBuffer({ ...shape, capacity: STEPS, actionSize: ACTION_SIZE, random });
  const frames = () => Uint8Array.from({ length: SIZE * SIZE * 3 * STACK }, () => random.integer(256));
  replay.start(frames());
  for (let step = 0; step < STEPS; step++) {
    replay.add({
      action: random.normals(ACTION_SIZE).map(Math.tanh),
      reward: random.normals(1)[0],
      observation: frames(),
      terminated: false,
      truncated: false,
    });
  }
  return replay;
}
