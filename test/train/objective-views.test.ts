import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import type { View } from '../../src/curl/index.ts';
import { Augmenter, type AugmentRecipe } from '../../src/encoders/index.ts';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import { ReplayBuffer } from '../../src/replay/index.ts';
import { parseExperiment } from '../../src/runs/index.ts';
import {
  EncoderFeed,
  buildLearner,
  buildOnPolicyLearner,
  buildPretrainLearner,
  resolveExperiment,
  type PixelLearner,
} from '../../src/train/index.ts';
import { objectiveViews } from '../../src/train/objective-views.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
});
afterAll(stopEngine);

const [SIZE, CROP, CHANNELS] = [20, 16, 6];
const OBSERVATION = { height: SIZE, width: SIZE, channels: CHANNELS };
const ACTIONS = { kind: 'discrete', choices: 3 } as const;

/** Thirty transitions of noise, so that no two crops are alike; drawing from it starts anew. */
function replayOfNoise(): ReplayBuffer {
  const random = Random.stream(1, 'noise');
  const frame = () => Uint8Array.from({ length: SIZE * SIZE * 3 }, () => random.integer(256));
  const replay = new ReplayBuffer({
    ...{ capacity: 40, height: SIZE, width: SIZE, channels: 3, stack: 2, actionSize: 1 },
    random: Random.stream(1, 'replay'),
  });
  const frames = Array.from({ length: 31 }, frame);
  replay.start(frames[0]);
  for (const observation of frames.slice(1))
    replay.add({ action: [1], reward: 0, observation, terminated: false, truncated: false });
  return replay;
}

function experimentWith(rest: string) {
  return resolveExperiment(
    parseExperiment(
      `
env: { id: arcade/Catch-v0, size: ${SIZE}, frameStack: 2 }
backbone: { filters: 4, strides: [2, 1], features: 8 }
train: { batchSize: 3 }
${rest}`,
      'test',
    ),
  );
}

/** Each image mirrored. */
function mirrored(images: Uint8Array): Uint8Array {
  return images.map((_, i) => {
    const [pixel, c] = [Math.floor(i / CHANNELS), i % CHANNELS];
    const x = pixel % CROP;
    return images[(pixel - x + CROP - 1 - x) * CHANNELS + c];
  });
}

const INDICES = Int32Array.of(3, 8, 20);
const AGENT: View = { crop: 'agent' };
const FRESH: View = { crop: 'fresh' };
const PART: View = { crop: 'fresh', area: [0.2, 0.5] };
const FLIP = [{ op: 'flip', p: 1 }] as unknown as AugmentRecipe['views'];
const RESIZED = [{ op: 'resizedCrop', area: [0.3, 0.6] }] as unknown as AugmentRecipe['views'];

const optionsWith = (recipe: AugmentRecipe) => ({
  ...{ observation: OBSERVATION, crop: CROP },
  augmenter: new Augmenter(recipe, Random.stream(1, 'augment')),
});

describe('the views of an objective', () => {
  const draw = (views: View[], recipe: AugmentRecipe, more = {}) =>
    objectiveViews(replayOfNoise(), INDICES, views, { ...optionsWith(recipe), ...more }).images;
  const own = Uint8Array.from({ length: 3 * CROP * CROP * CHANNELS }, (_, i) => i % 251);

  test("are the agent's own crops where they can be: themselves, or copies where something changes them", () => {
    const kept = own.slice();
    const [unchanged, fresh] = draw([AGENT, FRESH], {}, { own });
    expect(unchanged).toBeNull();
    // Nothing was drawn for the agent's.
    expect(fresh).toEqual(draw([FRESH], {})[0]);
    expect(draw([AGENT], { views: FLIP }, { own })[0]).toEqual(mirrored(own));
    expect(own).toEqual(kept);
  });

  test('are crops of their own where the agent has none, or has an image that cannot be changed', () => {
    const [first] = draw([FRESH], {});
    expect(draw([AGENT], {})[0]).toEqual(first);
    expect(draw([AGENT], {}, { shared: true })[0]).toBeNull();
    expect(draw([AGENT], { views: FLIP }, { shared: true })[0]).toEqual(mirrored(first!));
  });

  test('lie where they are asked to, and are the same there', () => {
    const memory: Uint8Array[] = [];
    const views = [AGENT, FRESH, PART, { ...FRESH, later: 2 }];
    const images = draw(
      views,
      { views: FLIP },
      { memory: () => (memory.push(new Uint8Array(own.length)), memory.at(-1)!) },
    );
    expect(images).toEqual(draw(views, { views: FLIP }));
    images.forEach((image, k) => expect(image).toBe(memory[k]));
  });

  test('that show resized parts are not cropped and resized once more', () => {
    expect(draw([PART, PART], { views: RESIZED })).toEqual(draw([PART, PART], {}));
    expect(draw([PART], { views: FLIP })).not.toEqual(draw([PART], {}));
    expect(draw([FRESH], { views: RESIZED })).not.toEqual(draw([FRESH], {}));
  });
});

const SWAV = 'encoder: { id: swav, hidden: 8, size: 4, localCrops: 2 }';

test.each([
  ['a pretraining', 'pretrain: { frames: 30 }'],
  ['an agent', 'agent: { id: discrete-sac, hidden: 8 }'],
])("SwAV's local crops are resized once in the updates of %s", (_, kind) => {
  const local = (views: string) => {
    const experiment = experimentWith(`augment: { crop: ${CROP}, views: [${views}] }\n${SWAV}\n${kind}`);
    const replay = replayOfNoise();
    if (experiment.pretrain) {
      const learner = buildPretrainLearner(experiment, OBSERVATION);
      const { images } = learner.sample(replay);
      learner.dispose();
      return images.slice(2);
    }
    const learner = buildLearner(experiment, OBSERVATION, ACTIONS) as PixelLearner;
    const { images } = learner.sample(replay).views;
    learner.dispose();
    return images.slice(2);
  };
  expect(local('{ op: resizedCrop, area: [0.3, 0.6] }, { op: flip, p: 1 }')).toEqual(
    local('{ op: flip, p: 1 }'),
  );
});

describe('what an encoder is fed of one observation', () => {
  const fed = (rest: string) => {
    const experiment = experimentWith(rest);
    const build = experiment.agent.id === 'ppo' ? buildOnPolicyLearner : buildLearner;
    const learner = build(experiment, OBSERVATION, ACTIONS);
    const shown = new EncoderFeed(learner, experiment, replayOfNoise(), 1).draw(5);
    learner.dispose();
    return Object.fromEntries(shown.map((view) => [view.title, view]));
  };
  const SAC = 'agent: { id: discrete-sac, hidden: 8 }';

  test("is the agent's augmented image where the objective shares that", () => {
    const { update, 'view 1': first } = fed(`augment: { crop: ${CROP}, agent: [solarize] }\n${SAC}`);
    expect(first.image).toEqual(update.image);
    expect(update.made).toEqual(['random crop', 'solarize']);
    expect(first.made).toEqual(["the update's crop", 'solarize']);
  });

  test("begins from the agent's crop where the objective changes that", () => {
    const augment = `augment: { crop: ${CROP}, views: [{ op: flip, p: 1 }] }`;
    const { update, 'view 1': first, 'view 2': second } = fed(`${augment}\n${SAC}`);
    expect(first.image).toEqual(mirrored(update.image));
    expect(first.made).toEqual(["the update's crop", 'flip']);
    expect(second.made).toEqual(['own crop', 'flip']);
  });

  test('is the middle where PPO has its objective on rollouts, and crops where it has a replay', () => {
    const augment = `augment: { crop: ${CROP}, agent: [flip] }`;
    const rollout = fed(`${augment}\nagent: { id: ppo }`);
    expect(rollout['view 1']).toMatchObject({ image: rollout.acting.image, made: ["the update's crop"] });
    const replay = fed(`${augment}\nagent: { id: ppo, objectiveOn: replay }`);
    expect(replay['view 1'].image).not.toEqual(replay.acting.image);
    expect(replay['view 1'].made).toEqual(['own crop']);
  });

  test('names no step that parts of a picture do without', () => {
    const augment = `augment: { crop: ${CROP}, views: [resizedCrop, flip] }`;
    const shown = fed(`${augment}\n${SWAV}\n${SAC}`);
    expect(shown['view 2'].made).toEqual(['own crop', 'resizedCrop', 'flip']);
    expect(shown['view 3'].made).toEqual(['20–50% of it', 'flip']);
  });
});
