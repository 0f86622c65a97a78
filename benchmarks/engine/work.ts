import { Random } from '../../src/base/index.ts';
import { Adam, ConvolutionRelu, Dense, lossAndGradients, Parameters, tf } from '../../src/engine/index.ts';
import { ReplayBuffer, Rollout } from '../../src/replay/index.ts';
import { experimentSchema } from '../../src/runs/index.ts';
import { buildLearner, buildOnPolicyLearner, resolveExperiment } from '../../src/train/index.ts';
import { ACTION_SIZE, BATCH, CHANNELS, FEATURES, FILTERS, HIDDEN, ROLLOUT, SIZES } from './sizes.ts';
import type { Size, Work } from './sizes.ts';

/** Frames of an observation, and steps in the buffer that batches are drawn from. */
const STACK = 3;
const STEPS = 20;

/** Does the work once; `last`: waits until all of it is done. */
type Run = (last: boolean) => Promise<unknown>;

/** Forward pass, gradients and an Adam step of convolutions and a dense layer on squared error. */
function stepOf(size: Size, batch: number): Run {
  const random = Random.stream(1, 'bench', size);
  const { side, strides } = SIZES[size];
  let height: number = side;
  let inputs = CHANNELS;
  const convolutions = strides.map((step) => {
    const layer = new ConvolutionRelu({ inputs, filters: FILTERS, size: 3, strides: step }, random);
    height = Math.floor((height - 3) / step) + 1;
    inputs = FILTERS;
    return layer;
  });
  const features = height * height * FILTERS;
  const dense = new Dense(features, FEATURES, random);
  const parameters = Parameters.join({
    ...Object.fromEntries(convolutions.map((layer, i) => [`conv${i}`, layer.parameters])),
    dense: dense.parameters,
  });
  const adam = new Adam(parameters, { learningRate: 1e-3 });
  const images = tf.tensor4d(random.normals(batch * side * side * CHANNELS), [batch, side, side, CHANNELS]);
  const targets = tf.tensor2d(random.normals(batch * FEATURES), [batch, FEATURES]);
  return async (last) => {
    const loss = tf.tidy(() => {
      const { loss, gradients } = lossAndGradients(() => {
        const maps = convolutions.reduce((x, layer) => layer.apply(x), images);
        const outputs = dense.apply(tf.reshape(maps, [batch, features]));
        return tf.mean(tf.squaredDifference(outputs, targets)) as tf.Scalar;
      }, parameters);
      adam.apply(gradients);
      return loss;
    });
    if (last) await loss.data();
    loss.dispose();
  };
}

/** An update of SAC with CURL from bytes in memory: `reference` has the order and the optimisers of CURL's code. */
function updateOf(order: 'reference' | 'joint', size: Size, batchSize: number): Run {
  const { side, strides } = SIZES[size];
  const experiment = experimentSchema.parse({
    env: { id: 'control/CheetahRun-v0', size: side },
    agent: { id: 'sac', hidden: HIDDEN, update: order },
    encoder: { id: 'curl', doubleStep: order === 'reference' },
    backbone: { id: 'conv', filters: FILTERS, strides: [...strides], features: FEATURES },
    train: { batchSize },
  });
  const observation = { height: side, width: side, channels: CHANNELS };
  const learner = buildLearner(resolveExperiment(experiment), observation, {
    kind: 'continuous',
    size: ACTION_SIZE,
  });
  const batch = learner.sample(replayOf(side));
  return (last) => learner.update(batch, { log: last });
}

/** A buffer of noise to draw a batch from. */
function replayOf(side: number): ReplayBuffer {
  const random = Random.stream(1, 'bench', 'replay');
  const shape = { height: side, width: side, channels: 3, stack: STACK };
  const replay = new ReplayBuffer({ ...shape, capacity: STEPS, actionSize: ACTION_SIZE, random });
  const frames = () => Uint8Array.from({ length: side * side * CHANNELS }, () => random.integer(256));
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

/** A rollout of PPO on noise: actions and values step by step, then the passes over it. */
function ppoOf(size: Size): Run {
  const { side, strides } = SIZES[size];
  const { envs, steps } = ROLLOUT;
  const experiment = experimentSchema.parse({
    env: { id: 'control/CheetahRun-v0', size: side },
    agent: { id: 'ppo', numEnvs: envs, numSteps: steps },
    encoder: { id: 'none' },
    backbone: { id: 'conv', filters: FILTERS, strides: [...strides], features: FEATURES },
  });
  const observation = { height: side, width: side, channels: CHANNELS };
  const learner = buildOnPolicyLearner(resolveExperiment(experiment), observation, {
    kind: 'continuous',
    size: ACTION_SIZE,
  });
  const bytes = side * side * CHANNELS;
  const rollout = new Rollout({ steps, envs, bytes, actionSize: ACTION_SIZE });
  const random = Random.stream(1, 'bench', 'rollout');
  const observations = Uint8Array.from({ length: envs * bytes }, () => random.integer(256));
  const flags = Array.from({ length: envs }, () => false);
  return async () => {
    while (!rollout.full) {
      rollout.add({
        ...learner.choose(observations, envs),
        observations,
        rewards: Float32Array.from(random.normals(envs)),
        terminated: flags,
        truncated: flags,
        finalValues: new Float32Array(envs),
        finalObservations: flags.map(() => null),
      });
    }
    await learner.learn(rollout, observations, null, { agentStep: rollout.size, steps: 1e6 }, async () => {});
    rollout.clear();
  };
}

const MAKE: Record<Work, (size: Size, batch: number) => Run> = {
  step: stepOf,
  update: (size, batch) => updateOf('reference', size, batch),
  joint: (size, batch) => updateOf('joint', size, batch),
  ppo: ppoOf,
};

/** The work of this size, ready to run. */
export function workOf(work: Work, size: Size, batch = BATCH): Run {
  return MAKE[work](size, batch);
}
