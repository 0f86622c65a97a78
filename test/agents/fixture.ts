import { Random } from '../../src/base/index.ts';
import { agents, type Agent, type TransitionBatch } from '../../src/agents/index.ts';
import { encoders, type ContrastiveLearner, type EncoderEntry } from '../../src/curl/index.ts';
import { backbones, newEncoder } from '../../src/encoders/index.ts';
import { bytesToFloat, tf } from '../../src/engine/index.ts';

export const IMAGE = { height: 15, width: 15, channels: 6 };
export const ACTION_SIZE = 2;

const BACKBONE = backbones.conv.options.parse({ filters: 8, strides: [2, 1], features: 12 });

/** A small SAC agent. */
export function smallAgent(options: Record<string, unknown> = {}, seed = 1): Agent {
  return agents.sac.create({
    task: {
      observation: { kind: 'pixels', image: IMAGE },
      actions: { kind: 'continuous', size: ACTION_SIZE },
    },
    options: agents.sac.options.parse({ hidden: 16, ...options }),
    backbone: backbones.conv as never,
    backboneOptions: BACKBONE,
    seed,
  });
}

/** An objective beside an agent. */
export function smallObjective(
  id: keyof typeof encoders,
  agent: Agent,
  options: Record<string, unknown> = {},
): ContrastiveLearner {
  const { encoder, targetEncoder } = agent;
  const entry = encoders[id] as EncoderEntry;
  return entry.create({
    encoder,
    targetEncoder,
    newEncoder: (random) => newEncoder(backbones.conv, BACKBONE, IMAGE, random),
    options: entry.options.parse(options),
    seed: 1,
  })!;
}

/** CURL beside an agent. */
export function smallCurl(agent: Agent, options: Record<string, unknown> = {}): ContrastiveLearner {
  return smallObjective('curl', agent, options);
}

export function randomBytes(seed: number, count: number): Uint8Array {
  const random = Random.stream(seed, 'bytes');
  return Uint8Array.from({ length: count * IMAGE.height * IMAGE.width * IMAGE.channels }, () =>
    random.integer(256),
  );
}

/** Images `[count, H, W, C]` of noise. */
export function randomImages(seed: number, count: number): tf.Tensor4D {
  return bytesToFloat<tf.Rank.R4>(randomBytes(seed, count), [
    count,
    IMAGE.height,
    IMAGE.width,
    IMAGE.channels,
  ]);
}

export function randomBatch(seed: number, size = 8): TransitionBatch {
  const random = Random.stream(seed, 'batch');
  const list = (n: number, draw: () => number) => Float32Array.from({ length: n }, draw);
  return {
    observations: randomImages(seed, size),
    nextObservations: randomImages(seed + 1000, size),
    actions: tf.tensor2d(
      list(size * ACTION_SIZE, () => random.uniform(-1, 1)),
      [size, ACTION_SIZE],
    ),
    rewards: tf.tensor1d(list(size, () => random.uniform())),
    terminated: tf.tensor1d(list(size, () => (random.uniform() < 0.2 ? 1 : 0))),
  };
}
